/** Letters and digits that Kubernetes makes random name parts of (apimachinery, util/rand): no vowels, nothing that looks alike. */
const random = 'bcdfghjklmnpqrstvwxz2456789'
const ofDeployment = new RegExp(`^(.+)-(?=[a-f0-9]*\\d|[${random}]*\\d)[a-z0-9]{6,10}-[${random}]{5}$`)
const ofSet = new RegExp(`^(.+)-(?=[${random}]*\\d)[${random}]{5}$`)

/** What a pod belongs to, by its name: `search-7d4b9c6f5-x2x8z` is of `search`. Names without a random end are their own. */
export function workloadOf(name: string): string {
  return ofDeployment.exec(name)?.[1] ?? ofSet.exec(name)?.[1] ?? name
}
