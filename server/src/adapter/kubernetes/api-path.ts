import { Fault } from '../../kernel/fault.ts'
import type { ResourceType } from '../../port/cluster-api.ts'

/** `/api/v1/namespaces/shop/pods`: every part is percent-encoded, and none can leave its place. */
export function pathOf(
  type: Pick<ResourceType, 'group' | 'version' | 'plural' | 'namespaced'>,
  namespace: string | undefined,
  ...rest: readonly string[]
): string {
  const root = type.group === '' ? ['api', type.version] : ['apis', type.group, type.version]
  const scope = type.namespaced && namespace !== undefined ? ['namespaces', namespace] : []
  return [...root, ...scope, type.plural, ...rest].map((part) => `/${partOf(part)}`).join('')
}

/** Any path of the API server that stays below its address. Throws VALIDATION_FAILED. */
export function checkedPath(path: string): string {
  const [bare = ''] = path.split('?')
  const climbs = bare.split(/[/\\]/).some((part) => /^(\.|%2e){1,2}$/i.test(part))
  if (!path.startsWith('/') || climbs || /[^!-~]|[#\\]/.test(path))
    throw new Fault(
      'VALIDATION_FAILED',
      'A path of the Kubernetes API begins with / and has no . or .. in it.',
    )
  return path
}

/** `.` and `..` would be resolved away, encoded or not (https://url.spec.whatwg.org/#double-dot-path-segment). */
function partOf(part: string): string {
  if (part === '' || part === '.' || part === '..' || !part.isWellFormed())
    throw new Fault(
      'VALIDATION_FAILED',
      `“${part.slice(0, 64)}” cannot be the name of anything in Kubernetes.`,
    )
  return encodeURIComponent(part)
}
