/** How many there may be, of each key and of all: who comes in says so, and leaves again. */
import { AppError } from '../../kernel/error.ts';

export interface Admission {
  /** Gives the way out. Throws `rate_limited` when it is full. */
  enter(key: string): () => void;
  count(): number;
}

/** `refuse`: the sentence for who does not come in. */
export function createAdmission(most: number, refuse: (most: number) => string): Admission {
  const inside = new Map<string, number>();
  let all = 0;
  return {
    count: () => all,
    enter(key) {
      const others = inside.get(key) ?? 0;
      if (others >= most) throw new AppError('rate_limited', refuse(most));
      inside.set(key, others + 1);
      all++;
      let isInside = true;
      return () => {
        if (!isInside) return;
        isInside = false;
        all--;
        const left = (inside.get(key) ?? 1) - 1;
        if (left > 0) inside.set(key, left);
        else inside.delete(key);
      };
    },
  };
}
