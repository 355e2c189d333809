/** The schema that a good engineer writes for the three operations of the benchmark, and no more. */
export const typeDefs = /* GraphQL */ `
  scalar numeric
  scalar date
  enum order_by { asc desc }
  input String_comparison_exp { _eq: String! }
  input bench_order_bool_exp { status: String_comparison_exp! }
  input bench_order_order_by { order_date: order_by name: order_by }
  input bench_order_pk_columns_input { name: String! }
  input bench_order_set_input { notes: String }
  type bench_customer { name: String! customer_name: String territory: String email: String }
  type bench_item { name: String! item_name: String item_group: String standard_rate: numeric }
  type bench_order_item { item: String item_doc: bench_item qty: numeric rate: numeric amount: numeric }
  type bench_order {
    name: String!
    customer: String
    customer_doc: bench_customer
    territory: String
    status: String
    order_date: date
    grand_total: numeric
    notes: String
    items: [bench_order_item!]!
  }
  type Query {
    bench_order_by_pk(name: String!): bench_order
    bench_order(where: bench_order_bool_exp!, order_by: [bench_order_order_by!]!, limit: Int!): [bench_order!]!
  }
  type Mutation {
    update_bench_order_by_pk(pk_columns: bench_order_pk_columns_input!, _set: bench_order_set_input!): bench_order
  }
`;
