/** What the TypeScript compiler says of a text, strictly, as in a project for browsers. */
import ts from 'typescript';

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  noUncheckedIndexedAccess: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
};

/** By the name of each text. One compilation for all of them: the libraries are read once. */
export function typeErrors(codes: Readonly<Record<string, string>>): Record<string, string[]> {
  const files = new Map(Object.entries(codes).map(([name, code], index) => [`sample-${index}.ts`, { name, code }]));
  const host = ts.createCompilerHost(OPTIONS);
  const { getSourceFile } = host;
  host.getSourceFile = (path, ...rest) => {
    const file = files.get(path);
    return file ? ts.createSourceFile(path, file.code, ts.ScriptTarget.ES2022) : getSourceFile(path, ...rest);
  };
  const program = ts.createProgram([...files.keys()], OPTIONS, host);
  const errors: Record<string, string[]> = {};
  for (const { file, messageText } of ts.getPreEmitDiagnostics(program)) {
    const name = files.get(file?.fileName ?? '')?.name ?? '';
    errors[name] = [...(errors[name] ?? []), ts.flattenDiagnosticMessageText(messageText, '\n')];
  }
  return errors;
}
