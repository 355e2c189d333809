select array_to_string((array_agg(to_json("$page")::text))[1:$1::int], ',') as items, count(*) > $1::int as more, (case when count(*) <= $1::int then count(*) else (select count(*)
  from "sales_order" as "t0"
  where (exists (select 1
  from "sales_order_item" as "t1"
  where "t1"."parent_id" = "t0"."id" and "t1"."parentfield" = 'items' and ("t1"."qty" > $2::bigint and "t1"."item_code" = $3::text)) and exists (select 1
  from (select 1) as "one"
  left join "sales_order_item" as "t2" on "t2"."parent_id" = "t0"."id" and "t2"."parentfield" = 'extras'
  where "t2"."qty" is null))) end)::float8 as total
  from (select "t3"."name" as "name"
  from "sales_order" as "t3"
  where (exists (select 1
  from "sales_order_item" as "t4"
  where "t4"."parent_id" = "t3"."id" and "t4"."parentfield" = 'items' and ("t4"."qty" > $2::bigint and "t4"."item_code" = $3::text)) and exists (select 1
  from (select 1) as "one"
  left join "sales_order_item" as "t5" on "t5"."parent_id" = "t3"."id" and "t5"."parentfield" = 'extras'
  where "t5"."qty" is null))
  order by "t3"."modified" desc, "t3"."id" desc
  limit 21) as "$page"
-- [20,"2","A"]
