/** A random company: DocTypes, roles, rules, people, restrictions and documents. Everything follows from the seed. */
import { type Random, randomFrom } from '../integration/query/random.ts';
import { treeParent } from './oracle.ts';
import {
  type Doc,
  docsOf,
  type Field,
  type Person,
  type Restriction,
  type Right,
  type Row,
  type Rule,
  type Type,
  typeOf,
  type World,
} from './world.ts';

const STATUSES = ['Open', 'Held', 'Closed'];
const WORDS = ['amber', 'birch', 'cedar', 'delta', 'ember', 'fjord', 'grove'];
const TITLES = ['Alpha', 'Bravo', 'Castle', 'Dove', 'Eagle', 'Forge', 'Grain', 'Hill', 'Island'];
const NAMES = ['ann', 'bea', 'cal', 'dan', 'eve', 'fay', 'gus', 'hal'];

/** Whoever has it may do everything: the documents are made, and shared, while everybody does. */
export const STARTER = 'Starter';
export const ALL: readonly Right[] = [
  ...(['select', 'read', 'write', 'create', 'delete', 'share'] as const),
  ...(['submit', 'cancel', 'amend', 'report', 'export'] as const),
];

export function randomWorld(seed: number, number: number): World {
  const random = randomFrom(seed);
  const prefix = `W${number}`;
  const roles = times(random.int(1, 8), (i) => `${prefix} Role ${i}`);
  const types = randomTypes(random, prefix, roles);
  const profiles = new Map(times(random.int(0, 2), (i) => [`${prefix} Profile ${i}`, some(random, roles, 0.4)]));
  const teams = times(3, (i) => `${prefix} Team ${i}`);
  const people = times(random.int(3, 8), (i) =>
    randomPerson(random, `${NAMES[i]}${number}`, { roles, teams, profiles }),
  );
  const world: World = {
    seed,
    types: new Map(types.map((type) => [type.name, type])),
    profiles,
    people: new Map(people.map((person) => [person.name, person])),
    docs: new Map([
      ['User', new Map(['Administrator', ...people.map((each) => each.name)].map((name) => [name, someone(name)]))],
      ['Team', new Map(teams.map((name) => [name, someone(name)]))],
    ]),
    restrictions: [],
    shares: [],
    isStrict: random.chance(0.25),
  };
  for (const type of types) if (!type.isChild && !world.docs.has(type.name)) addDocs(random, world, type);
  world.restrictions = randomRestrictions(random, world);
  return world;
}

const someone = (name: string): Doc => ({ name, owner: 'Administrator', docstatus: 0 });

function randomTypes(random: Random, prefix: string, roles: readonly string[]): Type[] {
  const region = `${prefix} Region`;
  const tree: Type = {
    name: region,
    fields: [
      field('title', 'text', 0),
      { ...field('parent_region', 'link', 0, region), ignoresRestrictions: true, isGiven: true },
    ],
    isTree: true,
    titleField: 'title',
    searchFields: [],
    ...randomRules(random, { roles, fields: [] }),
  };
  const names = TITLES.slice(0, random.int(3, 8)).map((title) => `${prefix} ${title}`);
  const parts = [region, names[0] as string].map((target, i): Type => child(random, `${prefix} Part ${i}`, target));
  const mains = names.map((name, i): Type => {
    const links = [region, ...names.slice(0, i)];
    return randomMain(random, { name, links, part: parts[i > 0 && random.chance(0.5) ? 1 : 0]?.name as string, roles });
  });
  // In the order in which they can be made: the second part links to the first main type.
  const [firstPart, secondPart] = parts as [Type, Type];
  const [firstMain, ...others] = mains as [Type, ...Type[]];
  return [...builtIn(), tree, firstPart, firstMain, secondPart, ...others];
}

/** As the product brings them along. */
function builtIn(): Type[] {
  const manager: Rule = { role: 'System Manager', level: 0, rights: ALL };
  const select: Rule = { role: 'Desk User', level: 0, rights: ['select'] };
  const own: Rule = { role: 'All', level: 0, rights: ['read'], condition: 'doc.name == user' };
  const plain = { fields: [], searchFields: [], customRules: [] };
  return [
    { name: 'User', ...plain, rules: [manager, select, own] },
    { name: 'Team', ...plain, rules: [manager, select] },
  ];
}

function child(random: Random, name: string, target: string): Type {
  const ref = { ...field('ref', 'link', 0, target), ignoresRestrictions: random.chance(0.3) };
  const fields = [field('code', 'text', level(random, 0.8)), field('qty', 'int', level(random, 0.5)), ref];
  return { name, isChild: true, fields, searchFields: [], rules: [], customRules: [] };
}

function randomMain(
  random: Random,
  q: { name: string; links: readonly string[]; part: string; roles: readonly string[] },
): Type {
  const isSubmittable = random.chance(0.4);
  const fields: Field[] = [
    field('title', 'text', level(random, 0.85)),
    field('status', 'select', 0),
    field('amount', 'int', level(random, 0.4)),
    field('flag', 'check', level(random, 0.6)),
    field('note', 'text', level(random, 0.4)),
    { ...field('link_a', 'link', level(random, 0.8), random.pick(q.links)), ignoresRestrictions: random.chance(0.25) },
  ];
  if (random.chance(0.6)) {
    fields.push({ ...field('holder', 'link', 0, 'User'), ignoresRestrictions: random.chance(0.6) });
  }
  if (random.chance(0.6)) {
    const to = random.pick(q.links);
    fields.push({ ...field('link_b', 'link', level(random, 0.7), to), ignoresRestrictions: random.chance(0.25) });
  }
  if (random.chance(0.4)) fields.push(field('team', 'link', 0, 'Team'));
  if (random.chance(0.75)) fields.push(field('items', 'rows', level(random, 0.8), q.part));
  if (isSubmittable) fields.push({ ...field('amended_from', 'link', 0, q.name), isGiven: true });
  const rls = [
    'owner',
    'status',
    ...fields.filter((each) => each.to === 'User' || each.to === 'Team').map((each) => each.name),
  ];
  return {
    name: q.name,
    fields,
    isSubmittable,
    titleField: random.pick(['title', 'note', undefined]),
    searchFields: some(random, ['note', 'status'], 0.4),
    rlsField: random.chance(0.2) ? random.pick(rls) : undefined,
    ...randomRules(random, { roles: q.roles, isSubmittable, fields: fields.map((each) => each.name) }),
  };
}

interface RulesWish {
  roles: readonly string[];
  isSubmittable?: boolean;
  /** Fieldnames that a condition may ask for. */
  fields: readonly string[];
}

function randomRules(random: Random, wish: RulesWish): Pick<Type, 'rules' | 'customRules'> {
  const draw = (): Rule[] => ruleSet(random, wish);
  return { rules: draw(), customRules: random.chance(0.3) ? draw() : [] };
}

function ruleSet(random: Random, q: RulesWish): Rule[] {
  const everybody = ['All', 'Desk User', 'Guest'].filter(() => random.chance(0.15));
  return [...q.roles.filter(() => random.chance(0.5)), ...everybody].flatMap((role) => {
    const rights = randomRights(random, q.isSubmittable === true);
    const rule: Rule = {
      role,
      level: 0,
      rights,
      ifOwner: random.chance(0.2),
      condition: randomCondition(random, q.fields),
    };
    const isSplit = !rule.ifOwner && random.chance(0.2);
    const own: Rule[] = isSplit
      ? [{ role, level: 0, rights: ['read', 'write', 'create', 'delete', 'share'], ifOwner: true }]
      : [];
    const levels = [1, 2, 3].filter(() => random.chance(0.45));
    const deep = levels.map(
      (each): Rule => ({ role, level: each, rights: random.chance(0.6) ? ['read', 'write'] : ['read'] }),
    );
    return [rule, ...own, ...deep];
  });
}

function randomRights(random: Random, isSubmittable: boolean): Right[] {
  if (random.chance(0.1)) return ['select'];
  const rights: Right[] = ['read', ...some(random, ['write', 'create', 'delete', 'share'] as const, 0.55)];
  if (!isSubmittable || !rights.includes('write') || random.chance(0.3)) return rights;
  rights.push('submit', ...some(random, ['cancel'] as const, 0.7));
  if (rights.includes('cancel') && rights.includes('create')) rights.push('amend');
  return rights;
}

function randomCondition(random: Random, fields: readonly string[]): string | undefined {
  if (!random.chance(0.2)) return undefined;
  const terms = ['doc.owner == user'];
  if (fields.includes('status')) {
    terms.push(`doc.status == "${random.pick(STATUSES)}"`, `doc.status != "${random.pick(STATUSES)}"`);
  }
  if (fields.includes('holder')) terms.push('doc.holder == user');
  const [a, b] = [random.pick(terms), random.pick(terms)];
  return random.chance(0.6) ? a : `${a} ${random.chance(0.5) ? '||' : '&&'} ${b}`;
}

function randomPerson(
  random: Random,
  name: string,
  q: { roles: readonly string[]; teams: readonly string[]; profiles: ReadonlyMap<string, unknown> },
): Person {
  const status = random.pick(STATUSES);
  return {
    name,
    isSystemUser: random.chance(0.7),
    roles: some(random, q.roles, 0.4),
    profiles: some(random, [...q.profiles.keys()], 0.4),
    teams: some(random, q.teams, 0.5),
    attributes: {
      status: random.chance(0.2) ? 'Nowhere' : random.chance(0.5) ? status : [status, random.pick(STATUSES)],
    },
  };
}

function addDocs(random: Random, world: World, type: Type): void {
  const owners = ['Administrator', ...world.people.keys()];
  const docs = new Map<string, Doc>();
  world.docs.set(type.name, docs);
  const count = random.int(6, 14);
  for (let i = 0; i < count; i++) {
    const name = `${type.name} ${i}`;
    docs.set(name, {
      ...randomDoc(random, world, type),
      name,
      owner: random.pick(owners),
      docstatus: randomState(random, type),
    });
  }
}

function randomState(random: Random, type: Type): number {
  if (!type.isSubmittable || random.chance(0.6)) return 0;
  return random.chance(0.75) ? 1 : 2;
}

/** Values for the fields that people write; links lead to documents that are there. */
export function randomDoc(random: Random, world: World, type: Type): Row {
  const isRootless = type.isTree && docsOf(world, type.name).length > 0;
  const fields = type.fields.filter((each) => !each.isGiven || (isRootless && each.name === treeParent(type)));
  return Object.fromEntries(fields.map((each) => [each.name, randomValue(random, world, each)]));
}

export function randomValue(random: Random, world: World, field: Field): Row[string] {
  switch (field.kind) {
    case 'text':
      return `${random.pick(WORDS)} ${random.pick(WORDS)}`;
    case 'select':
      return random.pick(STATUSES);
    case 'int':
      return random.int(1, 9);
    case 'check':
      return random.chance(0.5);
    case 'link': {
      const names = docsOf(world, field.to as string)
        .filter((doc) => doc.docstatus !== 2)
        .map((doc) => doc.name);
      const mayBeEmpty = !typeOf(world, field.to as string).isTree || !field.isGiven;
      return names.length === 0 || (mayBeEmpty && random.chance(0.2)) ? null : random.pick(names);
    }
    case 'rows':
      return times(random.int(0, 3), () => randomDoc(random, world, typeOf(world, field.to as string)));
  }
}

function randomRestrictions(random: Random, world: World): Restriction[] {
  const types = [...world.types.values()].filter((type) => !type.isChild && type.name !== 'Team');
  const tree = types.find((type) => type.isTree) as Type;
  return [...world.people.keys()].flatMap((user) => {
    if (random.chance(0.5)) return [];
    const allowed = times(random.int(1, 2), () => (random.chance(0.5) ? tree : random.pick(types)).name);
    return [...new Set(allowed)].flatMap((allow) => {
      const values = new Set(times(random.int(1, 3), () => random.pick(docsOf(world, allow)).name));
      const applicableFor = random.chance(0.3) ? random.pick(types).name : undefined;
      return [...values].map((value) => ({ user, allow, value, applicableFor, hidesDescendants: random.chance(0.25) }));
    });
  });
}

function field(name: string, kind: Field['kind'], fieldLevel: number, to?: string): Field {
  return { name, kind, level: fieldLevel, to };
}

function level(random: Random, zero: number): number {
  return random.chance(zero) ? 0 : random.int(1, 3);
}

export function some<T>(random: Random, list: readonly T[], probability: number): T[] {
  return list.filter(() => random.chance(probability));
}

export function times<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}
