const places: readonly [RegExp, (id: string, more?: string) => string][] = [
  [/^\/api\/v1\/deployments\/control\b/, () => '/deployments?tab=control'],
  [/^\/api\/v1\/deployments\/(?:drift|events)\b/, () => '/deployments'],
  [/^(?:\/api\/v1\/deployments|deployment)\/([\w-][\w.-]*)/, (id) => `/deployments/${id}`],
  [/^\/api\/v1\/cost\/decisions\/evaluate\b/, () => '/cost?tab=decisions'],
  [/^\/api\/v1\/cost\/decisions\/([\w-][\w.-]*)/, (id) => `/cost?tab=decisions&decision=${id}`],
  [/^\/api\/v1\/cost\/budgets\b/, () => '/cost?tab=budgets'],
  [
    /^\/api\/v1\/forge\/projects\/([\w-][\w.-]*)\/merge-requests\/(\d+)/,
    (project, number) => `/merge-requests/${project}/${number}`,
  ],
  [/^(?:\/api\/v1\/forge\/projects|forge)\/([\w-][\w.-]*)/, (project) => `/merge-requests/${project}`],
  [/^\/api\/v1\/incidents\/([\w-][\w.-]*)/, (id) => `/incidents/${id}`],
]

/** The page of what an entry of the audit log is about; undefined where there is none. */
export function resourcePage(resource: string): string | undefined {
  for (const [form, page] of places) {
    const found = form.exec(resource)
    if (found) return page(found[1] ?? '', found[2])
  }
  return undefined
}
