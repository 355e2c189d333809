select array_to_string((array_agg(to_json("$page")::text))[1:$1::int], ',') as items, count(*) > $1::int as more, (case when count(*) <= $1::int then count(*) else (select count(*)
  from "sales_order" as "t0"
  where ("t0"."status" = $2::text and "t0"."amount" > $3::numeric)) end)::float8 as total
  from (select "t1"."name" as "name", "t1"."status" as "status", "t1"."customer" as "customer"
  from "sales_order" as "t1"
  where ("t1"."status" = $2::text and "t1"."amount" > $3::numeric)
  order by "t1"."modified" desc, "t1"."id" desc
  limit 21) as "$page"
-- [20,"Open","100"]
