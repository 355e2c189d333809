/** The first lines of a generated file: where it comes from, and how a file of ours is known again. */

const MARK = 'Made by "m codegen client"';

export interface Origin {
  /** Of Framework M. */
  version: string;
  schemaVersion: number;
}

export function header(origin: Origin, what: string): string {
  return `${[
    '/* eslint-disable */',
    '/**',
    ` * ${what}`,
    ` * ${MARK} of Framework M ${origin.version} from schema version ${origin.schemaVersion}.`,
    ' * Not to be edited: run the command again after a change of a DocType.',
    ' */',
  ].join('\n')}\n`;
}

export function isOurs(text: string): boolean {
  return text.slice(0, 1000).includes(MARK);
}
