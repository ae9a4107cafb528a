/** The repository here whose page an address is. */
export function localProject(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  return /^\/merge-requests\/([a-z0-9][a-z0-9._-]{0,62})$/.exec(new URL(url).pathname)?.[1]
}

/**
 * The page here of a merge request at the local forge, by its address; undefined for one elsewhere: other forges write
 * /-/merge_requests/, /pull/ and /pulls/. The host says nothing, since the server may be opened by another name than its own.
 */
export function localRequest(url: string): { project: string; number: string } | undefined {
  if (!URL.canParse(url)) return undefined
  const { pathname } = new URL(url)
  const [, project, number] =
    /^\/merge-requests\/([a-z0-9][a-z0-9._-]{0,62})\/([1-9]\d{0,8})$/.exec(pathname) ?? []
  return project && number ? { project, number } : undefined
}

/**
 * The deployment that a request says it is of, in its last words on that: what a stranger wrote stands before them. It is only a name to
 * ask for; the deployment's own record says whether the request is its own.
 */
export const deploymentNamed = (description: string): string | undefined =>
  [...description.matchAll(/^Deployment `([0-9a-z-]{1,64})`/gm)].at(-1)?.[1]
