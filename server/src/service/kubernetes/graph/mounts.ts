import type { Pod } from '../object/pod.ts'

export type Mount = { kind: 'volume' | 'configmap' | 'secret'; name: string }

/** What a pod reads from: claims, config maps and secrets, by volume or by environment, each once. Contents are not looked at. */
export function mountsOf({ spec }: Pod): Mount[] {
  const found = new Map<string, Mount>()
  const add = (kind: Mount['kind'], name: string | undefined): void => {
    if (name) found.set(`${kind}/${name}`, { kind, name })
  }
  for (const { persistentVolumeClaim, configMap, secret } of spec.volumes) {
    add('volume', persistentVolumeClaim?.claimName)
    add('configmap', configMap?.name)
    add('secret', secret?.secretName)
  }
  for (const { env, envFrom } of [...spec.initContainers, ...spec.containers]) {
    for (const { valueFrom } of env) {
      add('configmap', valueFrom?.configMapKeyRef?.name)
      add('secret', valueFrom?.secretKeyRef?.name)
    }
    for (const { configMapRef, secretRef } of envFrom) {
      add('configmap', configMapRef?.name)
      add('secret', secretRef?.name)
    }
  }
  return [...found.values()]
}
