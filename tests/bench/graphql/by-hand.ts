/**
 * GraphQL as a good engineer writes it by hand for three operations: yoga on node's own http server (faster
 * than in Hono), pg with the same pool as ours, one prepared statement for each operation. With MODE=rows
 * pg parses the rows and the executor walks them; with MODE=text PostgreSQL writes the JSON, which passes
 * through. With RULES=1 the statements carry the rules of the benchmark's person.
 *
 * An update is one transaction and one row, committed when it is answered, as ours is: one statement that
 * locks, checks and changes, which is faster than a pipelined begin, update and commit. It does nothing of
 * what this field happens not to need: it does not read the document first, runs no hook, checks no value, no
 * Link and no rule about what the document is afterwards, knows no expected version, and tells nobody. The
 * DocType does not track changes, so that no Version is due.
 */
import { createServer } from 'node:http';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
} from 'graphql';
import { createSchema, createYoga, type Plugin } from 'graphql-yoga';
import pg from 'pg';
import { RULES } from './by-hand-rules.ts';
import { typeDefs } from './by-hand-schema.ts';
import { byName, page, type Statement, selectedBy, setNotes, type Wish } from './by-hand-sql.ts';
import { USER } from './data.ts';

const { TOKEN, MODE } = process.env;
const isText = MODE === 'text';
const rules = process.env.RULES ? RULES : undefined;
const user = rules ? USER : 'Administrator';

const asText = (value: string): string => value;
const DATE = 1082;
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 8,
  pipeline: true,
  options: '-c timezone=UTC -c jit=off',
  types: {
    getTypeParser: (oid: number) => (oid === DATE ? asText : pg.types.getTypeParser(oid)),
  } as pg.CustomTypesConfig,
});

interface Args {
  name: string;
  where: { status: { _eq: string } };
  order_by: readonly object[];
  limit: number;
  pk_columns: { name: string };
  _set: { notes: string | null };
}

interface Operation {
  statement(wish: Wish): Statement;
  values(args: Args): unknown[];
  isList?: boolean;
}

const ORDER = JSON.stringify([{ order_date: 'desc' }, { name: 'desc' }]);

const OPERATIONS: Readonly<Record<string, Operation>> = {
  bench_order_by_pk: { statement: byName, values: (args) => [args.name] },
  bench_order: {
    statement: page,
    isList: true,
    values(args) {
      if (JSON.stringify(args.order_by) !== ORDER) throw new Error('only by order_date and name, descending');
      return [args.where.status._eq, args.limit];
    },
  },
  update_bench_order_by_pk: { statement: setNotes, values: (args) => [args.pk_columns.name, args._set.notes, user] },
};

/** Parsed documents come out of yoga's cache, so the same query finds its statement. */
const statements = new WeakMap<FieldNode, Statement>();

function statementOf(operation: Operation, node: FieldNode, asText: boolean): Statement {
  let statement = statements.get(node);
  if (!statement) {
    statement = operation.statement({ selected: selectedBy(node), rules, asText });
    statements.set(node, statement);
  }
  return statement;
}

async function ask({ name, text, more }: Statement, values: unknown[]) {
  return (await pool.query({ name, text, values: [...values, ...more] })).rows;
}

const resolver = (name: string) => async (_: unknown, args: Args, __: unknown, info: GraphQLResolveInfo) => {
  const operation = OPERATIONS[name] as Operation;
  const rows = await ask(statementOf(operation, info.fieldNodes[0] as FieldNode, false), operation.values(args));
  return operation.isList ? rows : (rows[0] ?? null);
};

const schema = createSchema({
  typeDefs,
  resolvers: {
    numeric: new GraphQLScalarType({ name: 'numeric', serialize: Number }),
    Query: { bench_order_by_pk: resolver('bench_order_by_pk'), bench_order: resolver('bench_order') },
    Mutation: { update_bench_order_by_pk: resolver('update_bench_order_by_pk') },
  },
});

interface Only {
  node: FieldNode;
  field: GraphQLField<unknown, unknown>;
  operation: Operation;
}

/** The one field of the document's one operation. */
const onlyFields = new WeakMap<DocumentNode, Only>();

function onlyField(document: DocumentNode): Only {
  const known = onlyFields.get(document);
  if (known) return known;
  const root = getOperationAST(document);
  const node = root?.selectionSet.selections[0] as FieldNode;
  const type = root && schema.getRootType(root.operation);
  const field = type?.getFields()[node.name.value];
  const operation = OPERATIONS[node.name.value];
  if (root?.selectionSet.selections.length !== 1 || !field || !operation) throw new Error('one field at a time');
  const only = { node, field, operation };
  onlyFields.set(document, only);
  return only;
}

/** Yoga sends what `stringify` returns: the text of PostgreSQL is neither parsed nor walked. */
const passThrough: Plugin = {
  onExecute({ setExecuteFn }) {
    setExecuteFn(async ({ document, variableValues }) => {
      const { node, field, operation } = onlyField(document);
      const variables = getVariableValues(
        schema,
        getOperationAST(document)?.variableDefinitions ?? [],
        variableValues ?? {},
      );
      if (variables.errors) return { errors: variables.errors };
      const args = getArgumentValues(field, node, variables.coerced) as unknown as Args;
      const rows = await ask(statementOf(operation, node, true), operation.values(args));
      const text = `{"data":{"${node.alias?.value ?? node.name.value}":${rows[0]?.text ?? 'null'}}}`;
      return { data: null, stringify: () => text };
    });
  },
};

const yoga = createYoga({
  schema,
  logging: false,
  graphiql: false,
  landingPage: false,
  plugins: isText ? [passThrough] : [],
});

const server = createServer((request, response) => {
  if (request.headers.authorization !== `Bearer ${TOKEN}`) {
    response.writeHead(401).end();
    return;
  }
  void yoga(request, response);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`http://127.0.0.1:${typeof address === 'object' ? address?.port : address}\n`);
});
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  void pool.end().then(() => process.exit(0));
});
