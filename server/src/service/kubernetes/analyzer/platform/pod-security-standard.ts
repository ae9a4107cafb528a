import type { Container, Pod } from '../../object/pod.ts'

/** What breaks a standard, and where. */
export type Breach = { path: string; text: string }

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline */
const baselineCapabilities = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE'],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
])

const containersOf = ({ spec }: Pod): Container[] => [
  ...spec.initContainers,
  ...spec.containers,
  ...spec.ephemeralContainers,
]
const bare = (capability: string): string => capability.replace(/^CAP_/, '')

/** Of the fields that are kept; SELinux, sysctls and /proc are not among them. */
export function baselineBreaches(pod: Pod): Breach[] {
  const { spec } = pod
  const breaches: Breach[] = []
  const add = (path: string, text: string) => breaches.push({ path, text })
  if (spec.hostNetwork === true) add('spec.hostNetwork', 'network of the node')
  if (spec.hostPID === true) add('spec.hostPID', 'processes of the node')
  if (spec.hostIPC === true) add('spec.hostIPC', 'IPC of the node')
  for (const { name, hostPath } of spec.volumes)
    if (hostPath) add(`spec.volumes[${name}].hostPath`, `path of the node ${hostPath.path}`)
  if (spec.securityContext?.seccompProfile?.type === 'Unconfined')
    add('spec.securityContext.seccompProfile', 'seccomp Unconfined')
  for (const { name, ports, securityContext } of containersOf(pod)) {
    const path = `spec.containers[${name}]`
    if (securityContext?.privileged === true)
      add(`${path}.securityContext.privileged`, `privileged container ${name}`)
    if (securityContext?.seccompProfile?.type === 'Unconfined')
      add(`${path}.securityContext.seccompProfile`, 'seccomp Unconfined')
    const more = (securityContext?.capabilities?.add ?? [])
      .map(bare)
      .filter((one) => !baselineCapabilities.has(one))
    if (more.length > 0)
      add(`${path}.securityContext.capabilities.add`, `capabilities ${more.slice(0, 6).join(', ')}`)
    // The network of the node takes the ports with it.
    const port = spec.hostNetwork === true ? undefined : ports.find(({ hostPort }) => hostPort)
    if (port) add(`${path}.ports`, `port ${port.hostPort} of the node`)
  }
  return breaches
}

/** What Restricted asks of containers beyond Baseline; kinds of volumes are not all kept, and are not looked at. https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
export function restrictedBreaches(pod: Pod): Breach[] {
  const { spec } = pod
  const breaches: Breach[] = []
  const seccomp = spec.securityContext?.seccompProfile?.type
  for (const { name, securityContext } of containersOf(pod)) {
    const path = `spec.containers[${name}].securityContext`
    const add = (field: string, text: string) => breaches.push({ path: `${path}.${field}`, text })
    if (securityContext?.allowPrivilegeEscalation !== false)
      add('allowPrivilegeEscalation', 'privilege escalation not ruled out')
    if ((securityContext?.runAsNonRoot ?? spec.securityContext?.runAsNonRoot) !== true)
      add('runAsNonRoot', 'may run as root')
    if ((securityContext?.runAsUser ?? spec.securityContext?.runAsUser) === 0)
      add('runAsUser', 'runs as root')
    if (!(securityContext?.seccompProfile?.type ?? seccomp)) add('seccompProfile', 'no seccomp profile')
    const { add: added = [], drop = [] } = securityContext?.capabilities ?? {}
    if (!drop.map(bare).includes('ALL')) add('capabilities.drop', 'keeps capabilities')
    const more = added.map(bare).filter((one) => one !== 'NET_BIND_SERVICE' && baselineCapabilities.has(one))
    if (more.length > 0) add('capabilities.add', `capabilities ${more.join(', ')}`)
  }
  return breaches
}
