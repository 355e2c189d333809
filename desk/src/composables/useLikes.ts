/** Whether one likes a document, and who else does. */
import { computed, type MaybeRefOrGetter } from 'vue';
import { setLike } from '../api/activity.ts';
import { type ActivitySubject, useDocInfo } from './useDocInfo.ts';
import { useSession } from './useSession.ts';

export function useLikes(subject: MaybeRefOrGetter<ActivitySubject>) {
  const docInfo = useDocInfo(subject);
  const { user } = useSession();
  const likes = computed(() => docInfo.info.value?.likes);

  /** Throws what the server says to it. */
  async function toggle(): Promise<void> {
    const me = user.value?.user ?? '';
    const liked = likes.value?.liked !== true;
    await docInfo.change(
      (about) => setLike(about, liked),
      (info) => {
        const others = info.likes.users.filter((each) => each !== me);
        const count = Math.max(0, info.likes.count + (liked ? 1 : -1));
        return { ...info, likes: { liked, count, users: liked ? [me, ...others] : others } };
      },
    );
  }

  return {
    likes,
    names: computed(() => (likes.value?.users ?? []).map((each) => docInfo.nameOf(each))),
    toggle,
  };
}
