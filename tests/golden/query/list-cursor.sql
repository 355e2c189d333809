select array_to_string((array_agg("$page"."$json"::text))[1:$1::int], ',') as items, count(*) > $1::int as more, (case when count(*) <= $1::int then count(*) else (select count(*)
  from "sales_order" as "t0") end)::float8 as total, case when count(*) > $1::int then (array_agg("$page"."$key"))[$1::int] end as last
  from (select (select to_json("$row")
  from (select "t1"."name" as "name") as "$row") as "$json", to_json(array[to_json("t1"."due") #>> '{}', to_json("t1"."id") #>> '{}']::text[])::text as "$key"
  from "sales_order" as "t1"
  order by "t1"."due" desc, "t1"."id" desc
  limit 21) as "$page"
-- [20]
