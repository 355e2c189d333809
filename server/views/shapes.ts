/**
 * What a saved view and the settings of a list may hold: a small shape for each key, in bounds. Whether the fields
 * are there and may be read is asked when the list is, since both change.
 */

import { AppError, type FieldProblem } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';
import { parseOrder, parsePaths } from '../query/field-wishes.ts';
import { parseFilters } from '../query/filters.ts';

/** Throws for what it does not take; the message goes behind the name of the key. */
export type Shape = (value: unknown) => void;

const MOST_COLUMNS = 100;
const LONGEST_NAME = 300;
const LARGEST_FILTERS = 20_000;
const LARGEST_SETTINGS = 20_000;
const WIDEST = 4000;

export const KINDS = ['list', 'kanban', 'calendar', 'gantt', 'gallery', 'tree', 'map'] as const;

export const columnsShape: Shape = (value) => {
  if (!Array.isArray(value) || value.length > MOST_COLUMNS)
    throw fault(`must be a list of at most ${MOST_COLUMNS} columns`);
  for (const column of value) {
    const { field, width, ...others } = (isObject(column) ? column : { field: column }) as Record<string, unknown>;
    if (typeof field !== 'string' || field === '' || field.length > LONGEST_NAME)
      throw fault('must name fields: ["status"] or [{"field": "status", "width": 120}]');
    const isWidth =
      width === undefined || width === null || (typeof width === 'number' && width > 0 && width <= WIDEST);
    if (!isWidth) throw fault(`has a width that is no number from 1 to ${WIDEST}`);
    if (Object.keys(others).length > 0) throw fault('has columns with keys other than field and width');
  }
};

export const filtersShape: Shape = (value) => {
  if (typeof value !== 'object') throw fault('must be a list of conditions, or an object of values by field');
  if (JSON.stringify(value).length > LARGEST_FILTERS) throw fault(`must be shorter than ${LARGEST_FILTERS} characters`);
  read(() => parseFilters(value, 'filters'));
};

export const sortShape: Shape = (value) => {
  if (typeof value !== 'string' || value.length > 500) throw fault('must be a text such as "modified desc"');
  if (value.trim() !== '') read(() => parseOrder(value, 'sort'));
};

export const groupShape: Shape = (value) => {
  if (typeof value !== 'string' || value.length > LONGEST_NAME) throw fault('must be the name of a field');
  if (value.trim() !== '') read(() => parsePaths(value, 'group_by'));
};

export const settingsShape: Shape = (value) => {
  if (!isObject(value)) throw fault('must be a JSON object');
  if (JSON.stringify(value).length > LARGEST_SETTINGS)
    throw fault(`must be shorter than ${LARGEST_SETTINGS} characters`);
};

export const pageShape: Shape = (value) => {
  if (!Number.isInteger(value) || Number(value) < 1 || Number(value) > 1000)
    throw fault('must be a whole number from 1 to 1000');
};

export const kindShape: Shape = (value) => {
  if (!KINDS.some((kind) => kind === value)) throw fault(`must be one of ${KINDS.join(', ')}`);
};

export const nameShape: Shape = (value) => {
  if (typeof value !== 'string' || value.length > 140) throw fault('must be a text of at most 140 characters');
};

/** Problems of those keys that have a value; null and "" are none. */
export function problemsOf(
  shapes: ReadonlyMap<string, Shape>,
  values: Readonly<Record<string, unknown>>,
): FieldProblem[] {
  return [...shapes].flatMap(([field, shape]): FieldProblem[] => {
    const value = values[field];
    if (value === undefined || value === null || value === '') return [];
    try {
      shape(value);
      return [];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return [{ field, code: 'bad_shape', message: `${field} ${error.message}.` }];
    }
  });
}

function fault(message: string): AppError {
  return new AppError('validation', message);
}

function read(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (error instanceof AppError) throw fault(`cannot be read (${error.message})`);
    throw error;
  }
}
