select array_to_string((array_agg(to_json("$page")::text))[1:$1::int], ',') as items, count(*) > $1::int as more, (case when count(*) <= $1::int then count(*) else (select count(*)
  from "sales_order" as "t0"
  where "t0"."owner" = $2::text) end)::float8 as total
  from (select "t1"."name" as "name", coalesce((select json_agg(to_json("$row"))
  from (select "t2"."id" as "id", "t2"."name" as "name", "t2"."owner" as "owner", to_char("t2"."creation" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "creation", to_char("t2"."modified" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "modified", "t2"."modified_by" as "modified_by", "t2"."docstatus" as "docstatus", "t2"."idx" as "idx", "t2"."_version" as "_version", "t2"."parent" as "parent", "t2"."parenttype" as "parenttype", "t2"."parentfield" as "parentfield", "t2"."item_code" as "item_code", case when "t2"."qty" between -9007199254740991 and 9007199254740991 then to_json("t2"."qty") else to_json("t2"."qty"::text) end as "qty", "t2"."rate" as "rate", "t2"."maker" as "maker"
  from "sales_order_item" as "t2"
  where "t2"."parent_id" = "t1"."id" and "t2"."parentfield" = 'items'
  order by "t2"."idx", "t2"."id") as "$row"), '[]'::json) as "items", coalesce((select to_json("$row")
  from (select 'Customer' as "doctype", "t3"."id" as "id", "t3"."name" as "name", "t3"."owner" as "owner", to_char("t3"."creation" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "creation", to_char("t3"."modified" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "modified", "t3"."modified_by" as "modified_by", "t3"."docstatus" as "docstatus", "t3"."idx" as "idx", "t3"."_version" as "_version", "t3"."title" as "title", "t3"."territory" as "territory", "t3"."credit" as "credit", "t3"."vip" as "vip", case when "t3"."secret" <> '' then '********' end as "secret"
  from "customer" as "t3"
  where "t3"."name" = "t1"."customer" and "t3"."vip" = $3::boolean) as "$row"), to_json("t1"."customer")) as "customer"
  from "sales_order" as "t1"
  where "t1"."owner" = $2::text
  order by "t1"."modified" desc, "t1"."id" desc
  limit 21) as "$page"
-- [20,"ann","true"]
