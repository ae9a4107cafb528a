import type { Labels } from '@aiops/contract/model/label'

/** The label that says whose series it is. A sender's own of that name gets an underscore more, and loses it on the way back. */
export const tenantLabel = 'aiops_tenant'
const reserved = /^aiops_tenant_*$/

/** A series' labels as the server has them. */
export function serverLabels(tenant: string, labels: Labels): [string, string][] {
  const pairs = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([name, value]): [string, string] => [reserved.test(name) ? `${name}_` : name, value])
  return [...pairs, [tenantLabel, tenant]]
}

/** And back; undefined for a series that is not of this platform. Labels named like object properties stay labels. */
export function ownLabels(
  found: Readonly<Record<string, string>>,
): { tenant: string; labels: Labels } | undefined {
  if (!Object.hasOwn(found, tenantLabel)) return undefined
  const pairs = Object.entries(found)
    .filter(([name]) => name !== tenantLabel)
    .map(([name, value]): [string, string] => [reserved.test(name) ? name.slice(0, -1) : name, value])
  return { tenant: found[tenantLabel]!, labels: Object.fromEntries(pairs) }
}

/** One text for one label set. */
export const labelKey = (labels: Labels): string =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/

/** A selector that the series fits; others may fit it too, for labels whose names the query language cannot say are left out. */
export function selectorOf(tenant: string, labels: Labels): string {
  const pairs = serverLabels(tenant, labels).filter(([name]) => plainName.test(name))
  return `{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}}`
}
