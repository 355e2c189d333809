/** Parsing and validation, each once for a text: the errors that a person can mend, without hints to what is hidden. */
import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  type GraphQLType,
  isListType,
  isNonNullType,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  OverlappingFieldsCanBeMergedRule,
  parse,
  specifiedRules,
  typeFromAST,
  type ValidationContext,
  type ValidationRule,
  VariablesInAllowedPositionRule,
  validate,
} from 'graphql';
import { AppError } from '../kernel/error.ts';
import { boundedMap } from '../query/bounded-map.ts';
import { isWider } from './scalars.ts';
import type { LiveSchema } from './schema.ts';

/** A token is a letter at least; what has more than this is no query that a person or client writes. */
const MAX_TOKENS = 20_000;
const HEAVIEST = 8_000_000;

const parsed = boundedMap<DocumentNode>(HEAVIEST);

/** The document of a text. Throws bad_request with the place where it is none. */
export function parseQuery(text: string): DocumentNode {
  const known = parsed.get(text);
  if (known) return known;
  try {
    const document = parse(text, { noLocation: false, maxTokens: MAX_TOKENS });
    // A tree of nodes is some twenty times its text.
    parsed.set(text, document, text.length * 20);
    return document;
  } catch (error) {
    throw toAppError(error);
  }
}

/** The operation that is meant. Throws bad_request when that is not clear. */
export function operationOf(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const found =
    name === undefined && operations.length === 1
      ? operations[0]
      : operations.find((node) => node.name?.value === name);
  if (found) return found;
  const names = operations.map((node) => node.name?.value ?? 'one without a name').join(', ');
  const message =
    operations.length === 0
      ? 'The query has no operation.'
      : name === undefined
        ? `The query has ${operations.length} operations (${names}); say with "operationName" which is meant.`
        : `The query has no operation called ${JSON.stringify(name.slice(0, 100))}; it has ${names}.`;
  throw new AppError('bad_request', message.slice(0, 500));
}

/**
 * Fields that are selected twice are compared by the compiler, in one pass; the rule of graphql-js looks at
 * every pair. Variables are judged by the rule below.
 */
const RULES: readonly ValidationRule[] = [
  ...specifiedRules.filter(
    (rule) => rule !== OverlappingFieldsCanBeMergedRule && rule !== VariablesInAllowedPositionRule,
  ),
  variablesFit,
];

const MOST_ERRORS = 10;

/** Throws one bad_request that has all that is wrong. */
export function refuseInvalid(schema: LiveSchema, document: DocumentNode, mayIntrospect: boolean): void {
  const rules = mayIntrospect ? RULES : [...RULES, NoSchemaIntrospectionCustomRule];
  const errors = validate(schema.schema, document, rules, { maxErrors: MOST_ERRORS, hideSuggestions: true });
  if (errors.length > 0) throw invalid(errors);
}

function invalid(errors: readonly GraphQLError[]): AppError {
  const graphql = errors.slice(0, MOST_ERRORS).map(({ message, locations }) => ({ message, locations }));
  return new AppError('bad_request', errors[0]?.message ?? 'The query is not valid.', { extra: { graphql } });
}

function toAppError(error: unknown): unknown {
  if (error instanceof GraphQLError) return invalid([error]);
  // What is nested beyond the parser's stack.
  if (error instanceof RangeError)
    return new AppError('bad_request', 'The query is nested too deeply. Write it flatter.');
  return error;
}

/** VariablesInAllowedPosition of graphql-js, but that a whole number may stand for a numeric, a text for a day. */
function variablesFit(context: ValidationContext): ASTVisitor {
  const definitions = new Map<string, { type: GraphQLType; hasDefault: boolean }>();
  return {
    OperationDefinition: {
      enter: () => definitions.clear(),
      leave(operation) {
        for (const { node, type, defaultValue } of context.getRecursiveVariableUsages(operation)) {
          const name = node.name.value;
          const definition = definitions.get(name);
          if (!definition || !type) continue;
          const isDefaulted = definition.hasDefault || defaultValue !== undefined;
          if (fits(definition.type, type, isDefaulted)) continue;
          context.reportError(
            new GraphQLError(
              `Variable "$${name}" of type "${definition.type}" used in position expecting type "${type}".`,
              {
                nodes: [node],
              },
            ),
          );
        }
      },
    },
    VariableDefinition(node) {
      const type = typeFromAST(context.getSchema(), node.type);
      if (!type) return;
      const { defaultValue } = node;
      const hasDefault = defaultValue !== undefined && defaultValue.kind !== Kind.NULL;
      definitions.set(node.variable.name.value, { type, hasDefault });
    },
  };
}

function fits(given: GraphQLType, wanted: GraphQLType, isDefaulted: boolean): boolean {
  if (isNonNullType(wanted)) {
    if (isNonNullType(given)) return fits(given.ofType, wanted.ofType, false);
    return isDefaulted && fits(given, wanted.ofType, false);
  }
  if (isNonNullType(given)) return fits(given.ofType, wanted, isDefaulted);
  if (isListType(wanted)) return isListType(given) && fits(given.ofType, wanted.ofType, false);
  if (isListType(given)) return false;
  return given === wanted || isWider(given.name, wanted.name);
}
