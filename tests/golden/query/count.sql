select (select count(*)
  from "sales_order" as "t0"
  where "t0"."paid" = $1::boolean and "t0"."owner" = $2::text)::float8 as count
-- ["true","ann"]
