import { fieldOf } from '../../../port/forge-hook.ts'
import { explicitOf, labelAt, type Named, type Told, textAt } from '../told.ts'

/** The annotation that says what an object of a cluster is about: `service/cart, service/web`. */
export const entitiesAnnotation = 'aiops/entities'

/** Labels by which objects name what they are part of (Kubernetes' recommended labels, and Backstage's). */
const nameLabels = [
  'app.kubernetes.io/name',
  'app.kubernetes.io/instance',
  'app',
  'k8s-app',
  'backstage.io/kubernetes-id',
]

/** What an object says of itself, the most explicit first. */
export function objectAbout(object: unknown): Pick<Told, 'explicit' | 'names'> {
  const namespace = textAt(object, 'metadata', 'namespace')
  const labelled = nameLabels.flatMap((label) => labelAt(object, ['metadata', 'labels'], label) ?? [])
  const name = textAt(object, 'metadata', 'name')
  return {
    explicit: explicitOf(fieldOf(object, 'metadata', 'annotations', entitiesAnnotation)),
    names: [...new Set([...(name === undefined ? [] : [name]), ...labelled])].map(
      (one): Named => ({ name: one, namespace }),
    ),
  }
}

/** The images of a pod template, as `shop:1.3, proxy:2`. */
export const imagesOf = (containers: readonly unknown[]): string | undefined =>
  containers.flatMap((container) => textAt(container, 'image') ?? []).join(', ') || undefined

export const idOf = (object: unknown): unknown[] => [
  textAt(object, 'metadata', 'uid') ?? '',
  textAt(object, 'metadata', 'namespace') ?? '',
  textAt(object, 'metadata', 'name') ?? '',
]
