/** Open assignments of a document: who may change which, and what became of an attempt to assign it. */
import { computed, type MaybeRefOrGetter } from 'vue';
import * as activity from '../api/activity.ts';
import { ProblemError } from '../api/client.ts';
import type { Assignment } from '../meta/activity-types.ts';
import { type ActivitySubject, useDocInfo } from './useDocInfo.ts';
import { useSession } from './useSession.ts';
import { share } from './useSharing.ts';

export type AssignWish = activity.AssignWish;

export interface AssignRefusal {
  message: string;
  /** Somebody among them may not read the document. */
  isBlind: boolean;
}

export function useAssignments(subject: MaybeRefOrGetter<ActivitySubject>) {
  const docInfo = useDocInfo(subject);
  const { user } = useSession();
  const me = computed(() => user.value?.user ?? '');
  const open = computed(() => docInfo.info.value?.assignments ?? []);

  async function assign(wish: AssignWish): Promise<AssignRefusal | undefined> {
    try {
      await docInfo.change(
        (about) => activity.assign(about, wish),
        (info) => info,
      );
      return undefined;
    } catch (refusal) {
      if (!(refusal instanceof ProblemError)) throw refusal;
      return { message: refusal.message, isBlind: refusal.errors.some(({ code }) => code === 'cannot_read') };
    }
  }

  /** Only with those who cannot read it: sharing again would take rights away that were given before. */
  async function shareAndAssign(wish: AssignWish): Promise<AssignRefusal | undefined> {
    for (const one of wish.users) {
      const refused = await assign({ ...wish, users: [one] });
      if (!refused) continue;
      if (!refused.isBlind) return refused;
      try {
        await share(docInfo, { user: one, write: false, submit: false, share: false });
      } catch (refusal) {
        return { message: (refusal as Error).message, isBlind: false };
      }
      const again = await assign({ ...wish, users: [one] });
      if (again) return again;
    }
    return undefined;
  }

  /** Throws what the server says to it. */
  function set(row: Assignment, status: Assignment['status']): Promise<Assignment> {
    return docInfo.change(
      (about) => activity.changeAssignment(about, row.id, { status }),
      (info) => {
        const others = info.assignments.filter(({ id }) => id !== row.id);
        return { ...info, assignments: status === 'Open' ? [row, ...others] : others };
      },
    );
  }

  return {
    open,
    isKnown: computed(() => docInfo.info.value !== undefined),
    nameOf: docInfo.nameOf,
    imageOf: docInfo.imageOf,
    mayShare: computed(() => docInfo.may('share')),
    mayChange: ({ allocated_to, assigned_by }: Assignment): boolean =>
      [allocated_to, assigned_by].includes(me.value) || docInfo.may('write'),
    assign,
    shareAndAssign,
    set,
  };
}
