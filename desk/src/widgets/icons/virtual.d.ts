/** Made by the build from the package of icons: desk/icon-set.ts. */
declare module 'virtual:icon-set' {
  const icons: Readonly<Record<string, readonly [tag: string, attributes: Record<string, string>][]>>;
  export default icons;
}
