select array_to_string((array_agg("$page"."$json"::text))[1:$1::int], ',') as items, count(*) > $2::int as more, (case when count(*) <= $3::int and true then 0 + count(*) else (select count(*)
  from "sales_order" as "t0") end)::float8 as total, case when count(*) > $4::int then (array_agg("$page"."$key"))[$5::int] end as last
  from (select (select to_json("$row")
  from (select "t1"."name" as "name") as "$row") as "$json", to_json(array[to_json("t1"."due") #>> '{}', to_json("t1"."id") #>> '{}']::text[])::text as "$key"
  from "sales_order" as "t1"
  order by "t1"."due" desc, "t1"."id" desc
  limit $6::bigint) as "$page"
-- [20,20,20,20,20,21]
