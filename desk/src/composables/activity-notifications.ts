/** Notifications of what others do about one: assignments that are open, comments in which one is named. */
import { listMyMentions, type People } from '../api/mine.ts';
import { __ } from './useI18n.ts';
import { myWorkOf } from './useMyWork.ts';
import { registerNotifications } from './useNotifications.ts';
import { useSession } from './useSession.ts';

const MOST = 15;
/** The page shows the same assignments: what it asked for just now is not asked for again. */
const AT_ONCE_MS = 2_000;

export function registerActivityNotifications(): void {
  const { user } = useSession();
  const isMine = (by: string): boolean => by === user.value?.user;
  registerNotifications({
    key: 'assignments',
    async load(client) {
      const { items, users } = await client.fetchQuery({ ...myWorkOf(user.value?.user), staleTime: AT_ONCE_MS });
      return items
        .slice(0, MOST)
        .filter(({ assigned_by: by }) => !isMine(by))
        .map(({ id, assigned_by: by, creation, description, reference: { doctype, name, title } }) => ({
          id: `assignment ${id}`,
          by: nameOf(users, by),
          text: __('{0} assigned {1} to you', nameOf(users, by), title || name),
          detail: plainText(description),
          at: creation,
          doctype,
          name,
        }));
    },
  });
  registerNotifications({
    key: 'mentions',
    async load() {
      const { items, users } = await listMyMentions(MOST);
      return items
        .filter(({ by }) => !isMine(by))
        .map(({ id, by, creation, content, reference: { doctype, name, title } }) => ({
          id: `mention ${id}`,
          by: nameOf(users, by),
          text: __('{0} mentioned you in {1}', nameOf(users, by), title || name),
          detail: plainText(content),
          at: creation,
          doctype,
          name,
        }));
    },
  });
}

function nameOf(people: People, name: string): string {
  return people[name]?.full_name || name;
}

/** Read as a document of its own, in which nothing is loaded and nothing runs. */
function plainText(html: string | null): string {
  const { body } = new DOMParser().parseFromString(html ?? '', 'text/html');
  return (body.textContent ?? '').replaceAll(/\s+/g, ' ').trim().slice(0, 200);
}
