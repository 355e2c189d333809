/** How a command fails: one sentence on standard error, what belongs to it below, and an exit code. */
import { CommanderError } from 'commander';
import { ConfigError } from '../config-error.ts';
import { AppError, type FieldProblem } from '../kernel/error.ts';
import { oneLine, remark } from './output.ts';

/** For what was typed wrong; 1 is for what was understood and did not succeed. */
export const BAD_ARGUMENT = 2;
const MAX_PROBLEMS = 50;

/** Says what went wrong and gives the exit code. */
export function reportFailure(error: unknown): number {
  // Commander has said it already, or it was --help.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_ARGUMENT;
  if (error instanceof ConfigError) {
    remark(error.message);
    return 1;
  }
  if (error instanceof AppError) {
    reportAppError(error);
    return 1;
  }
  const refusal = refusalOfFile(error);
  if (refusal !== undefined) {
    remark(refusal);
    return 1;
  }
  remark(
    `This is a bug in Framework M or in an app: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return 1;
}

/** What the machine says of a file or folder that was named to us. */
const REFUSALS: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of it is a file, and a folder was expected',
  EISDIR: 'it is a folder, and a file was expected',
  EEXIST: 'a file of that name is in its place',
  EACCES: 'this user may not write or read it',
  EPERM: 'this user may not write or read it',
  EROFS: 'it can only be read',
  ENOSPC: 'there is no room left',
};

function refusalOfFile(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  const reason = code === undefined || syscall === undefined ? undefined : REFUSALS[code];
  return path === undefined || reason === undefined ? undefined : `${path} cannot be used: ${reason}.`;
}

function reportAppError(error: AppError): void {
  if (error.code === 'confirmation_required' && error.extra.plan_hash !== undefined) {
    const plan = Array.isArray(error.extra.plan) ? (error.extra.plan as Dangerous[]) : [];
    remark(
      `This is dangerous, so nothing was done. Read what it would do, and repeat the command with --confirm ${String(error.extra.plan_hash)} if you want it.`,
    );
    for (const change of plan.filter(({ safety }) => safety === 'DANGEROUS')) {
      remark(`  ${change.op} ${change.table}${change.column ? `.${change.column}` : ''}: ${oneLine(change.reason)}`);
    }
    return;
  }
  remark(oneLine(error.message));
  reportProblems(error.errors.filter((problem) => !error.message.includes(problem.message) || error.errors.length > 1));
}

interface Dangerous {
  op: string;
  table: string;
  column: string;
  safety: string;
  reason: string;
}

function reportProblems(problems: readonly FieldProblem[]): void {
  for (const { field, message } of problems.slice(0, MAX_PROBLEMS))
    remark(`  ${field ? `${oneLine(field)}: ` : ''}${oneLine(message)}`);
  if (problems.length > MAX_PROBLEMS) remark(`  … and ${problems.length - MAX_PROBLEMS} more`);
}

/** Commander's "error: unknown option '--jsn'\n(Did you mean --json?)" as one sentence of ours. */
export function toSentence(text: string): string {
  const plain = text
    .replace(/^error: /, '')
    .trim()
    .replace(/\n\(Did you mean (.*?)\?\)$/s, '; did you mean $1?')
    .replaceAll('\n', ' ');
  const sentence = plain.charAt(0).toUpperCase() + plain.slice(1);
  return /[.?!]$/.test(sentence) ? sentence : `${sentence}.`;
}
