/** What people change about themselves: a short list of fields, whatever their roles; all else is for those who manage users. */
import { asSystem } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { getDocument } from '../documents/read.ts';
import { updateDocument } from '../documents/update.ts';
import type { Document } from '../kernel/document.ts';

export const PROFILE_FIELDS = [
  'first_name',
  'last_name',
  'full_name',
  'phone',
  'language',
  'time_zone',
  'user_image',
  'desk_theme',
  'bio',
  'location',
  'mute_sounds',
] as const;

export type Profile = { name: string } & Record<(typeof PROFILE_FIELDS)[number], Document[string]>;

export async function readProfile(ctx: Context): Promise<Profile> {
  const user = await getDocument(asThemselves(ctx), 'User', ctx.actor.user);
  return profileOf(user);
}

/** `given` holds profile fields only; the edge has refused others. Throws `validation` for a bad value. */
export async function updateProfile(ctx: Context, given: Readonly<Record<string, unknown>>): Promise<Profile> {
  const within = asThemselves(ctx);
  const written = await updateDocument(within, { doctype: 'User', name: ctx.actor.user, given });
  return profileOf(JSON.parse(written.text) as Document);
}

/** Their own roles may know nothing of User, so the server reads and writes it for them. */
function asThemselves(ctx: Context): Context {
  return asSystem(ctx, 'somebody looks at their own profile or changes it');
}

function profileOf(user: Document): Profile {
  return Object.fromEntries(
    ['name', ...PROFILE_FIELDS].map((fieldname) => [fieldname, user[fieldname] ?? null]),
  ) as Profile;
}
