/** Routes that describe DocTypes: all that the caller may see, one of them, the meta-schema, the field types. */
import { hasRight } from '../access/decide.ts';
import { RIGHTS, type Right } from '../access/grants.ts';
import { accessTo, askAhead, builtinAccess } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { type Dictionary, UNTRANSLATED } from '../i18n/dictionaries.ts';
import { optionLabels, translatedPlan } from '../i18n/translated-plan.ts';
import { isSet } from '../kernel/doctype.ts';
import { graphqlNames } from '../schema/graphql-names.ts';
import { inboundOf } from '../schema/inbound.ts';
import { documentJsonSchema } from '../schema/json-schema.ts';
import { metaSchema } from '../schema/meta-schema.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import type { Answer, Call, Route } from './call.ts';
import { tagged } from './etags.ts';
import { inLanguage, wordsFor } from './language.ts';
import { layoutOf } from './layout.ts';
import { derived } from './snapshot-texts.ts';
import { findVisible, visiblePlan, visiblePlans } from './visible-plans.ts';

async function all(call: Call, ctx: Context): Promise<Answer> {
  const words = await wordsFor(call, ctx);
  const summaries = () => visiblePlans(ctx).map((plan) => summary(ctx, translatedPlan(plan, words), words));
  const text = derived(ctx, `meta ${words.stamp}`, () => JSON.stringify({ items: summaries() }));
  return inLanguage(tagged(call, text), words);
}

async function one(call: Call, ctx: Context): Promise<Answer> {
  const words = await wordsFor(call, ctx);
  const plan = visiblePlan(ctx, nameOf(call));
  return inLanguage(tagged(call, JSON.stringify(describeDocType(ctx, plan, words))), words);
}

function jsonSchema(call: Call, ctx: Context): Answer {
  return tagged(call, JSON.stringify(jsonSchemaOf(ctx, visiblePlan(ctx, nameOf(call)))));
}

function jsonSchemaOf(ctx: Context, plan: DocTypePlan, words?: Dictionary) {
  return documentJsonSchema(plan, (name) => {
    const child = findVisible(ctx, name, plan);
    return child && words ? translatedPlan(child, words) : child;
  });
}

function nameOf(call: Call): string {
  return call.segments[2] ?? '';
}

function publishedSchema(call: Call): Answer {
  return tagged(call, JSON.stringify(metaSchema()));
}

function fieldTypes(call: Call, ctx: Context): Answer {
  const { registry } = ctx.services;
  const items = registry.names.map((name) => {
    const type = registry.find(name);
    return {
      name,
      widget: type?.widget,
      graphql: type?.graphql,
      column: type?.column?.type ?? null,
      operators: type?.operators ?? [],
      can_be_unique: type?.canBeUnique,
      can_be_indexed: type?.canBeIndexed,
      can_be_listed: type?.canBeListed,
      has_rows: type?.children === true,
      is_secret: type?.secret === true,
    };
  });
  return tagged(call, JSON.stringify({ items }));
}

function summary(ctx: Context, plan: DocTypePlan, words: Dictionary): Record<string, unknown> {
  return {
    name: plan.name,
    label: words.of(plan.name),
    module: plan.module,
    app: plan.app,
    version: plan.version,
    ...flags(plan),
    permissions: promised(ctx, plan),
    graphql_name: graphqlNames(ctx.snapshot).of(plan.name),
    description: plan.definition.description ?? '',
  };
}

function flags(plan: DocTypePlan): Record<string, boolean> {
  return {
    istable: isSet(plan.definition.istable),
    issingle: plan.storage === 'single',
    is_submittable: plan.isSubmittable,
    is_tree: plan.isTree,
    is_virtual: plan.storage === 'virtual',
    custom: isSet(plan.definition.custom),
    allow_rename: plan.allowsRename,
    track_changes: plan.tracksChanges,
    quick_entry: isSet(plan.definition.quick_entry),
    in_create: isSet(plan.definition.in_create),
    show_title_field_in_link: isSet(plan.definition.show_title_field_in_link),
  };
}

/** What menus ask of every DocType, by the built-in rules alone as `visiblePlans` is; the description of one has all. */
function promised(ctx: Context, plan: DocTypePlan): Record<string, boolean> {
  const { snapshot, actor } = ctx;
  const may = (action: Right): boolean =>
    builtinAccess(ctx, plan, action).allowed && hasRight({ snapshot, plan, actor, action });
  return { read: may('read'), create: may('create') };
}

export function describeDocType(
  ctx: Context,
  given: DocTypePlan,
  words: Dictionary = UNTRANSLATED,
): Record<string, unknown> {
  const plan = translatedPlan(given, words);
  askAhead(ctx, [plan], RIGHTS);
  const change = accessTo(ctx, plan, 'write');
  const shown = plan.fields.filter((field) => field.isReadable);
  const { definition } = plan;
  return {
    doctype: plan.name,
    ...summary(ctx, plan, words),
    fields: shown.map((field) => ({
      ...fieldOf(field, change.allowed && change.canWrite(field.fieldname)),
      option_labels: optionLabels(plan, field, words),
    })),
    layout: layoutOf(shown),
    permissions: Object.fromEntries(RIGHTS.map((action) => [action, isAllowed(ctx, plan, action)])),
    json_schema: jsonSchemaOf(ctx, plan, words),
    links: linksOf(ctx, plan),
    workflow: null,
    naming: { rule: plan.naming.kind, autoname: definition.autoname ?? '' },
    title_field: plan.titleField,
    image_field: definition.image_field ?? '',
    is_calendar_and_gantt: isSet(definition.is_calendar_and_gantt),
    search_fields: plan.searchFields,
    list_fields: plan.listFields,
    order: plan.order,
    tree_parent_field: plan.treeParentField,
    actions: definition.actions ?? [],
    states: definition.states ?? [],
    max_attachments: Number(definition.max_attachments ?? 0),
    make_attachments_public: isSet(definition.make_attachments_public),
  };
}

function fieldOf(field: FieldPlan, mayWrite: boolean): Record<string, unknown> {
  const { type } = field;
  return {
    ...field.field,
    id: field.id,
    fieldname: field.fieldname,
    label: field.label,
    widget: type.widget,
    operators: type.operators,
    is_standard: field.isStandard,
    is_virtual: field.isVirtual,
    may_write: mayWrite && !field.isStandard && !field.isVirtual,
  };
}

/** Where documents of other DocTypes refer to one of these: as the definition lists them, then as the Link fields say. */
function linksOf(ctx: Context, plan: DocTypePlan): Record<string, unknown>[] {
  const isVisible = (name: unknown) => typeof name === 'string' && findVisible(ctx, name) !== undefined;
  const listed = (plan.definition.links ?? []).filter((link) => isVisible(link.link_doctype));
  const known = new Set(listed.map((link) => JSON.stringify([link.link_doctype, link.link_fieldname])));
  const found = (inboundOf(ctx.snapshot).links.get(plan.name) ?? [])
    .filter((reference) => findVisible(ctx, reference.plan.name)?.byName.has(reference.field.fieldname) === true)
    .map((reference) => ({
      link_doctype: reference.plan.name,
      link_fieldname: reference.field.fieldname,
      is_child_table: reference.plan.storage === 'child',
    }))
    .filter((link) => !known.has(JSON.stringify([link.link_doctype, link.link_fieldname])));
  return [...listed, ...found];
}

function isAllowed(ctx: Context, plan: DocTypePlan, action: Right): boolean {
  const { snapshot, actor } = ctx;
  return accessTo(ctx, plan, action).allowed && hasRight({ snapshot, plan, actor, action });
}

const signedIn = { access: 'signed-in', scoped: true } as const;
const forGuests = { ...signedIn, guests: true } as const;

export const metaRoutes: readonly Route[] = [
  { method: 'GET', path: '/api/meta', query: ['_lang'], ...signedIn, answer: all },
  { method: 'GET', path: '/api/meta/schema', query: [], ...signedIn, answer: publishedSchema },
  { method: 'GET', path: '/api/meta/fieldtypes', query: [], ...signedIn, answer: fieldTypes },
  { method: 'GET', path: '/api/meta/*', query: ['_lang'], ...forGuests, answer: one },
  { method: 'GET', path: '/api/meta/*/schema', query: ['v'], ...forGuests, answer: jsonSchema },
];
