select array_to_string((array_agg(to_json("$page")::text))[1:$1::int], ',') as items, count(*) > $1::int as more, (case when count(*) <= $1::int then count(*) else (select count(*)
  from "sales_order" as "t0"
  left join "customer" as "t1" on "t1"."name" = "t0"."customer" and "t1"."vip" = $2::boolean
  where "t1"."territory" in (select "node"."name"
  from "territory" as "named" join "territory" as "node" on "node"."lft" > "named"."lft" and "node"."rgt" < "named"."rgt"
  where "named"."name" = $3::text) and "t0"."owner" = $4::text) end)::float8 as total
  from (select "t2"."name" as "name", "t3"."title" as "customer.title"
  from "sales_order" as "t2"
  left join "customer" as "t3" on "t3"."name" = "t2"."customer" and "t3"."vip" = $2::boolean
  where "t3"."territory" in (select "node"."name"
  from "territory" as "named" join "territory" as "node" on "node"."lft" > "named"."lft" and "node"."rgt" < "named"."rgt"
  where "named"."name" = $3::text) and "t2"."owner" = $4::text
  order by "t2"."modified" desc, "t2"."id" desc
  limit 21) as "$page"
-- [20,"true","World","ann"]
