import { statfs } from 'node:fs/promises'
import type { HostReading } from '../../port/host-probe.ts'
import { gauge } from './reading.ts'

export type Mount = { device: string; mountpoint: string; type: string }

const MOUNTS_MAX = 32
/** What holds files on a local device. Pseudo file systems have no size; a network one may hang whoever asks. */
const local: ReadonlySet<string> = new Set([
  'ext2',
  'ext3',
  'ext4',
  'xfs',
  'btrfs',
  'zfs',
  'f2fs',
  'jfs',
  'reiserfs',
  'vfat',
  'exfat',
  'ntfs',
  'ntfs3',
  'overlay',
  'bcachefs',
])

/** /proc/self/mounts, then statfs of each; what cannot be asked is left out. */
export async function readFilesystems(text: string): Promise<HostReading[]> {
  const readings = await Promise.all(mountsOf(text).map(measure))
  return readings.flat()
}

/** One mount a device, the one nearest to the root: the others are binds of it. */
export function mountsOf(text: string): Mount[] {
  const byDevice = new Map<string, Mount>()
  for (const line of text.split('\n')) {
    const [device = '', mountpoint = '', type = ''] = line.split(' ').map(unescaped)
    if (!local.has(type)) continue
    // All overlays are called `overlay`; those of containers lie under the engine's own folders.
    if (type === 'overlay' && mountpoint !== '/') continue
    const known = byDevice.get(device)
    if (!known || mountpoint.length < known.mountpoint.length)
      byDevice.set(device, { device, mountpoint, type })
  }
  return [...byDevice.values()].slice(0, MOUNTS_MAX)
}

async function measure(mount: Mount): Promise<HostReading[]> {
  try {
    const { bsize, blocks, bfree, bavail } = await statfs(mount.mountpoint)
    if (blocks === 0) return []
    const attributes = {
      'system.device': mount.device,
      'system.filesystem.mountpoint': mount.mountpoint,
      'system.filesystem.type': mount.type,
    }
    const used = (blocks - bfree) * bsize
    const state = (name: string) => ({ ...attributes, 'system.filesystem.state': name })
    return [
      gauge('system.filesystem.usage', 'By', used, state('used')),
      gauge('system.filesystem.usage', 'By', bavail * bsize, state('free')),
      gauge('system.filesystem.usage', 'By', (bfree - bavail) * bsize, state('reserved')),
      // As `df`: of what an ordinary user could fill.
      gauge('system.filesystem.utilization', '1', used / (used + bavail * bsize), state('used')),
    ]
  } catch {
    return []
  }
}

/** mounts writes space, tab, newline and backslash as octal. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
