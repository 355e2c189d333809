select array_to_string((array_agg(to_json("$page")::text))[1:$1::int], ',') as items, count(*) > $2::int as more, (case when count(*) <= $3::int and (count(*) > 0 or $4::bigint = 0) then $5::bigint + count(*) else (select count(*)
  from "sales_order" as "t0"
  left join "customer" as "t1" on "t1"."name" = "t0"."customer" and "t1"."vip" = $6::boolean
  where "t1"."territory" in (select "node"."name"
  from "territory" as "named" join "territory" as "node" on "node"."lft" > "named"."lft" and "node"."rgt" < "named"."rgt"
  where "named"."name" = $7::text) and "t0"."owner" = $8::text) end)::float8 as total
  from (select "t2"."name" as "name", "t3"."title" as "customer.title"
  from "sales_order" as "t2"
  left join "customer" as "t3" on "t3"."name" = "t2"."customer" and "t3"."vip" = $9::boolean
  where "t3"."territory" in (select "node"."name"
  from "territory" as "named" join "territory" as "node" on "node"."lft" > "named"."lft" and "node"."rgt" < "named"."rgt"
  where "named"."name" = $10::text) and "t2"."owner" = $11::text
  order by "t2"."modified" desc, "t2"."id" desc
  limit $12::bigint offset $13::bigint) as "$page"
-- [20,20,20,0,0,"true","World","ann","true","World","ann",21,0]
