import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../kernel/clock.ts'
import type { HostReading } from '../../port/host-probe.ts'
import { mountsOf } from './filesystem.ts'
import { createHostProbe } from './host-probe.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A procfs made of files. */
function procfs(files: Record<string, string>): { root: string; put(files: Record<string, string>): void } {
  const root = mkdtempSync(join(tmpdir(), 'aiops-procfs-'))
  folders.push(root)
  const put = (more: Record<string, string>): void => {
    for (const [name, text] of Object.entries(more)) {
      mkdirSync(dirname(join(root, name)), { recursive: true })
      writeFileSync(join(root, name), text)
    }
  }
  put(files)
  return { root, put }
}
const reading = (
  readings: readonly HostReading[],
  name: string,
  ...attributes: string[]
): number | undefined =>
  readings.find(
    (r) => r.name === name && attributes.every((value) => Object.values(r.attributes).includes(value)),
  )?.value
/** pid (name) state ppid …; utime, stime, starttime, vsize and rss where man 5 proc has them. */
const process = (name: string, ticks: number, rss: number, started = 100, vsize = 1_000): string =>
  `1 (${name}) S ${'0 '.repeat(10)}${ticks} 0 0 0 20 0 1 0 ${started} ${vsize} ${rss} 0`

const stat = (user: number, idle: number): string =>
  `cpu  ${user} 0 10 ${idle} 0 1 2 0 0 0\ncpu0 1 2 3\ncpu1 1 2 3\nintr 5\n`
const files = {
  stat: stat(100, 800),
  loadavg: '0.50 0.25 0.10 2/300 4242\n',
  meminfo:
    'MemTotal:        1000 kB\nMemFree:          300 kB\nMemAvailable:     600 kB\nBuffers:           50 kB\nCached:           200 kB\nSReclaimable:      50 kB\nSwapTotal:        400 kB\nSwapFree:         100 kB\nHugePages_Total:       0\n',
  vmstat: 'nr_free_pages 1\npswpin 3\npswpout 4\npgfault 100\npgmajfault 7\n',
  diskstats: [
    '   7       0 loop0 10 0 10 0 0 0 0 0 0 0 0',
    ' 259       0 nvme0n1 10 1 20 30 40 2 50 60 0 70 80 0 0 0 0',
    ' 259       1 nvme0n1p1 10 1 20 30 40 2 50 60 0 70 80 0 0 0 0',
    '   8       0 sda 1 0 2 0 0 0 0 0 0 0 0',
    '   8       1 sda1 1 0 2 0 0 0 0 0 0 0 0',
    '   8      16 sdb 0 0 0 0 0 0 0 0 0 0 0',
  ].join('\n'),
  'net/dev':
    'Inter-|   Receive  |  Transmit\n face |bytes packets\n    lo: 9 9 0 0 0 0 0 0 9 9 0 0 0 0 0 0\n  eth0:1000 10 1 2 0 0 0 0 2000 20 3 4 0 0 0 0\nveth1: 9 9 0 0 0 0 0 0 9 9 0 0 0 0 0 0\n ifb0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n',
  'self/mounts': 'proc /proc proc rw 0 0\n/dev/sda1 / ext4 rw 0 0\n',
  '10/stat': process('worker (a) b', 100, 5),
  '11/stat': process('worker (a) b', 100, 5),
  '12/stat': process('idle', 100, 1),
  '13/stat': process('kworker/0:1', 100, 0, 1, 0),
}

describe('a host probe', () => {
  it('is none where there is no procfs', () => {
    expect(createHostProbe({ root: '/nonexistent' })).toBeNull()
  })

  it('reads processor time, memory, paging, disks and network as the kernel counts them', async () => {
    const { root, put } = procfs(files)
    const probe = createHostProbe({ root, clock: new ManualClock() })
    const first = await probe!.read()
    put({ stat: stat(150, 850) })
    const second = await probe!.read()
    expect(reading(first, 'system.cpu.utilization', 'user')).toBeUndefined()
    expect(reading(second, 'system.cpu.utilization', 'user')).toBe(0.5)
    expect(reading(second, 'system.cpu.utilization', 'idle')).toBe(0.5)
    expect(reading(second, 'system.cpu.time', 'user')).toBe(1.5)
    expect(reading(second, 'system.cpu.time', 'interrupt')).toBe(0.03)
    expect(reading(second, 'system.cpu.logical.count')).toBe(2)
    expect(['1m', '5m', '15m'].map((span) => reading(second, `system.cpu.load_average.${span}`))).toEqual([
      0.5, 0.25, 0.1,
    ])
    expect(
      ['used', 'free', 'buffers', 'cached'].map((state) => reading(second, 'system.memory.usage', state)),
    ).toEqual([400, 300, 50, 250].map((kib) => kib * 1_024))
    expect(reading(second, 'system.memory.utilization', 'used')).toBe(0.4)
    expect(reading(second, 'system.paging.utilization', 'used')).toBe(0.75)
    expect(reading(second, 'system.paging.faults', 'minor')).toBe(93)
    expect(reading(second, 'system.disk.io', 'nvme0n1', 'write')).toBe(25_600)
    expect(reading(second, 'system.disk.io_time', 'nvme0n1')).toBe(0.07)
    expect(new Set(second.map((r) => r.attributes['system.device']).filter(Boolean))).toEqual(
      new Set(['nvme0n1', 'sda']),
    )
    expect(reading(second, 'system.network.io', 'eth0', 'transmit')).toBe(2_000)
    expect(reading(second, 'system.network.dropped', 'eth0', 'receive')).toBe(2)
    expect(new Set(second.map((r) => r.attributes['network.interface.name']).filter(Boolean))).toEqual(
      new Set(['eth0']),
    )
    expect(
      second.filter((r) => r.name === 'system.disk.io').every((r) => r.kind === 'COUNTER' && r.unit === 'By'),
    ).toBe(true)
  })

  it('sums processes by name, keeps those that were busy, and forgets those that ended', async () => {
    const clock = new ManualClock()
    const { root, put } = procfs(files)
    const probe = createHostProbe({ root, clock, processPeriodMs: 5_000 })!
    expect(reading(await probe.read(), 'system.process.count')).toBe(4)
    await clock.advance(1_000)
    expect(reading(await probe.read(), 'system.process.count')).toBeUndefined()
    await clock.advance(4_000)
    // 100 ticks of 1/100 s each in 5 s on two cores; pid 12 is another process now, which counts whole.
    put({
      '10/stat': process('worker (a) b', 200, 6),
      '11/stat': process('worker (a) b', 200, 5),
      '13/stat': process('kworker/0:1', 900, 0, 1, 0),
    })
    const busy = await probe.read()
    expect(reading(busy, 'process.cpu.utilization', 'worker (a) b')).toBeCloseTo(0.2)
    expect(reading(busy, 'process.memory.usage', 'worker (a) b')! % 11).toBe(0)
    expect(busy.filter((r) => r.name === 'process.cpu.utilization')).toHaveLength(1)
    await clock.advance(5_000)
    expect(reading(await probe.read(), 'process.cpu.utilization', 'worker (a) b')).toBe(0)
    rmSync(join(root, '10'), { recursive: true })
    rmSync(join(root, '11'), { recursive: true })
    await clock.advance(5_000)
    expect(reading(await probe.read(), 'process.cpu.utilization', 'worker (a) b')).toBeUndefined()
  })

  it('leaves out what a file does not tell and still reads the others', async () => {
    const { root } = procfs({
      stat: 'nonsense',
      loadavg: '0.5 x',
      meminfo: '',
      diskstats: 'a b c',
      'net/dev': '::::',
      '10/stat': '10 (x',
      loadavg2: '',
    })
    const readings = await createHostProbe({ root, clock: new ManualClock() })!.read()
    expect(readings.map((r) => r.name)).toEqual(['system.cpu.load_average.1m', 'system.process.count'])
  })

  it('measures local file systems once each, never pseudo or network ones', () => {
    const mounts = mountsOf(
      [
        'proc /proc proc rw 0 0',
        'tmpfs /run tmpfs rw 0 0',
        '/dev/sda1 /var/lib/kubelet/x ext4 rw 0 0',
        '/dev/sda1 / ext4 rw 0 0',
        '/dev/sdb1 /mnt/with\\040space xfs rw 0 0',
        'server:/export /nfs nfs4 rw 0 0',
        'overlay /var/lib/docker/overlay2/x/merged overlay rw 0 0',
        '',
      ].join('\n'),
    )
    expect(mounts).toEqual([
      { device: '/dev/sda1', mountpoint: '/', type: 'ext4' },
      { device: '/dev/sdb1', mountpoint: '/mnt/with space', type: 'xfs' },
    ])
  })

  it.skipIf(globalThis.process.platform !== 'linux')(
    'reads this machine within its cost, shares adding up to one',
    async () => {
      const probe = createHostProbe({ processPeriodMs: 0 })!
      await probe.read()
      const until = performance.now() + 50
      while (performance.now() < until) Math.sqrt(until)
      const readings = await probe.read()
      const total = (name: string): number =>
        readings.filter((r) => r.name === name).reduce((sum, r) => sum + r.value, 0)
      expect(total('system.memory.utilization')).toBeCloseTo(1, 5)
      expect(total('system.cpu.utilization')).toBeCloseTo(1, 5)
      expect(readings.every((r) => Number.isFinite(r.value) && r.value >= 0)).toBe(true)
      expect(readings.filter((r) => r.name === 'process.cpu.utilization').length).toBeLessThanOrEqual(20)
      expect(new Set(readings.map((r) => JSON.stringify([r.name, r.attributes]))).size).toBe(readings.length)
    },
  )
})
