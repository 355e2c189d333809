/** Work of one root field: an error says at which it came up. */
import { AppError } from '../../kernel/error.ts';

export async function placed<T>({ key }: { key: string }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) error.extra.path ??= [key];
    throw error;
  }
}
