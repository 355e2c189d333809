select array_to_string((array_agg(to_json("$page")::text))[1:$1::int], ',') as items, count(*) > $1::int as more
  from (select "t0"."name" as "name", "t0"."status" as "status", "t0"."customer" as "customer"
  from "sales_order" as "t0"
  where ("t0"."status" is distinct from $2::text and coalesce("t0"."remark", '') not ilike $3::text and ("t0"."due" <> all($4::date[]) or "t0"."due" is null))
  order by "t0"."modified" desc, "t0"."id" desc
  limit 21) as "$page"
-- [20,"Open","%x%",["2026-01-01"]]
