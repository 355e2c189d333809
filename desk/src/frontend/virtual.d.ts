/** Made by the build from the apps' folders: desk/app-frontends.ts. */
declare module 'virtual:app-frontends' {
  export const frontends: readonly { app: string; load(): Promise<{ default?: unknown }> }[];
}
