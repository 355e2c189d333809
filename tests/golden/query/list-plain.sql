select array_to_string((array_agg(to_json("$page")::text))[1:$1::int], ',') as items, count(*) > $2::int as more, (case when count(*) <= $3::int and (count(*) > 0 or $4::bigint = 0) then $5::bigint + count(*) else (select count(*)
  from "sales_order" as "t0"
  where ("t0"."status" = $6::text and "t0"."amount" > $7::numeric)) end)::float8 as total
  from (select "t1"."name" as "name", "t1"."status" as "status", "t1"."customer" as "customer"
  from "sales_order" as "t1"
  where ("t1"."status" = $8::text and "t1"."amount" > $9::numeric)
  order by "t1"."modified" desc, "t1"."id" desc
  limit $10::bigint offset $11::bigint) as "$page"
-- [20,20,20,0,0,"Open","100","Open","100",21,0]
