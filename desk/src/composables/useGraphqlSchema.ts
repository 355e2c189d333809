/** The GraphQL schema as the caller may see it, for an editor. Heavy: only what is loaded late imports this. */
import { buildClientSchema, type GraphQLSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { onBeforeUnmount, shallowRef } from 'vue';
import { askGraphql } from '../api/openapi.ts';

export function useGraphqlSchema() {
  const schema = shallowRef<GraphQLSchema | undefined>();
  const isRefused = shallowRef(false);
  const abort = new AbortController();
  onBeforeUnmount(() => abort.abort());

  askGraphql(getIntrospectionQuery({ descriptions: true }), abort.signal).then(
    ({ data }) => {
      if (data) schema.value = buildClientSchema(data as IntrospectionQuery);
      else isRefused.value = true;
    },
    () => {
      isRefused.value = !abort.signal.aborted;
    },
  );
  return { schema, isRefused };
}
