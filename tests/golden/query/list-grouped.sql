select array_to_string((array_agg(to_json("$page")::text))[1:$1::int], ',') as items, count(*) > $1::int as more, (case when count(*) <= $1::int then count(*) else (select count(*)
  from (select count(*)
  from "sales_order" as "t0"
  group by "t0"."status") as "$counted") end)::float8 as total
  from (select "t1"."status" as "status", count(*) as "n", sum("t1"."amount") as "total"
  from "sales_order" as "t1"
  group by "t1"."status" order by count(*) desc, "t1"."status"
  limit 21) as "$page"
-- [20]
