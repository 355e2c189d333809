/** A difference for people: who asked what, the rules that matter, both answers. */
import { rolesOf } from './oracle.ts';
import type { Rule, Type, World } from './world.ts';

export interface Difference {
  user: string;
  type: string;
  name?: string;
  about: string;
  wrong: string;
}

export function report(world: World, found: Difference): string {
  const { user } = found;
  const person = world.people.get(user);
  const type = world.types.get(found.type);
  const doc = found.name === undefined ? undefined : world.docs.get(found.type)?.get(found.name);
  const targets = [...new Set((type?.fields ?? []).flatMap((field) => (field.to ? [field.to] : [])))];
  const shares = world.shares.filter(
    (share) => share.type === found.type && (found.name === undefined || share.name === found.name),
  );
  const lines = [
    `seed ${world.seed}: ${found.wrong}`,
    `  ${user} (${[...rolesOf(world, user)].join(', ')}; teams ${person?.teams.join(', ')}; ${JSON.stringify(person?.attributes)}) asked`,
    `  ${found.about}`,
    ...(type ? describe(world, user, type) : []),
    ...targets.flatMap((name) => describe(world, user, world.types.get(name) as Type)),
    `  user permissions${world.isStrict ? ', strict' : ''}: ${JSON.stringify(world.restrictions.filter((each) => each.user === user))}`,
    ...givers(world, shares, user, type),
    `  shares: ${shares
      .map((each) => JSON.stringify(each))
      .slice(0, 20)
      .join(' ')}`,
    ...(doc ? [`  document: ${JSON.stringify(doc)}`] : []),
  ];
  return lines.join('\n');
}

/** What those may who shared with the user. */
function givers(world: World, shares: World['shares'], user: string, type: Type | undefined): string[] {
  const mine = shares.filter(
    (share) => (share.to ?? user) === user && share.by !== 'Administrator' && share.by !== user,
  );
  return [...new Set(mine.map((share) => share.by))].flatMap((giver) => [
    `  shared by ${giver} (${[...rolesOf(world, giver)].join(', ')}; teams ${world.people.get(giver)?.teams.join(', ')}):`,
    ...(type ? describe(world, giver, type) : []),
    `    ${JSON.stringify(world.restrictions.filter((each) => each.user === giver))}`,
  ]);
}

function describe(world: World, user: string, type: Type): string[] {
  const roles = rolesOf(world, user);
  const rules = (type.customRules.length > 0 ? type.customRules : type.rules).filter((rule) => roles.has(rule.role));
  const fields = type.fields.map((field) => {
    const to = field.to ? `>${field.to}` : '';
    return `${field.name}${to}${field.level > 0 ? `(${field.level})` : ''}${field.ignoresRestrictions ? '~' : ''}`;
  });
  const extras = [
    type.isSubmittable ? 'submittable' : '',
    type.rlsField ? `rls ${type.rlsField}` : '',
    type.titleField ? `title ${type.titleField}` : '',
    type.searchFields.length > 0 ? `search ${type.searchFields.join('+')}` : '',
    type.customRules.length > 0 ? 'custom rules' : '',
  ];
  return [`  ${type.name}: ${fields.join(' ')} ${extras.filter((each) => each !== '').join(', ')}`, ...rules.map(told)];
}

function told(rule: Rule): string {
  const more = [rule.ifOwner ? 'if owner' : '', rule.condition ? `if ${rule.condition}` : ''].filter(
    (each) => each !== '',
  );
  return `    ${rule.role}, level ${rule.level}: ${rule.rights.join(' ')} ${more.join(', ')}`;
}
