/** The address if it leads to a page of this app, from `/`; what leads elsewhere is refused. */
export function pagePath(link: string | null | undefined): string | undefined {
  if (!link?.startsWith('/') || /^\/[/\\]/.test(link) || /[\p{Cc}\s\\]/u.test(link)) return undefined
  return link
}
