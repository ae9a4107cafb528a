import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAppCsv, parseCudaVersion, parseGpuCsv, parseMigList, parseSmiXml } from './nvidia-smi.ts'
import { appCsv, gpuCsv, migList, migXml, plain, xml } from './smi-text.suite.ts'
import { parseXml } from './xml.ts'

const figuresOf = (samples: ReturnType<typeof parseGpuCsv>, uuid: string) =>
  Object.fromEntries(
    samples
      .filter(({ labels }) => labels.UUID === uuid)
      .map(({ labels, value }) => [labels.__name__?.replace('DCGM_FI_DEV_', ''), value]),
  )

describe('nvidia-smi', () => {
  it('is read in its CSV form, [N/A] being nothing', () => {
    const samples = parseGpuCsv(gpuCsv, 'gpu-01')
    expect(figuresOf(samples, 'GPU-aaaa')).toEqual({
      ...{
        FB_TOTAL: 81_559,
        FB_USED: 41_000,
        FB_FREE: 40_000,
        GPU_UTIL: 97,
        MEM_COPY_UTIL: 45,
        GPU_TEMP: 61,
      },
      ...{ POWER_USAGE: 512.31, POWER_MGMT_LIMIT: 700 },
    })
    expect(samples[0]?.labels).toMatchObject({
      gpu: '0',
      Hostname: 'gpu-01',
      DCGM_FI_DRIVER_VERSION: '550.54.15',
    })
  })

  it('passes over lines that are no GPU, as that of a lost one', () => {
    const lost =
      'Unable to determine the device handle for GPU0000:18:00.0: GPU is lost.  Reboot the system to recover this GPU\n'
    expect(parseGpuCsv(lost + gpuCsv, 'n')).toEqual(parseGpuCsv(gpuCsv, 'n'))
    expect(parseGpuCsv('No devices were found\n', 'n')).toEqual([])
  })

  it('tells processes by their GPU, also where a name has commas', () => {
    expect(parseAppCsv(appCsv)).toEqual([
      { gpuUuid: 'GPU-aaaa', pid: 4242, name: 'python3, train.py', usedMemoryMib: 40_960, type: 'COMPUTE' },
      {
        gpuUuid: 'GPU-aaaa',
        pid: 4300,
        name: '/usr/bin/dcgmproftester',
        usedMemoryMib: null,
        type: 'COMPUTE',
      },
    ])
  })

  it('tells the CUDA version by its header, and profiles of slices by its list', () => {
    expect(parseCudaVersion(plain)).toBe('12.4')
    expect(parseCudaVersion('CUDA Version: N/A')).toBeUndefined()
    expect(parseMigList(migList)).toEqual([
      { gpuUuid: 'GPU-aaaa', device: 0, profile: '1g.10gb' },
      { gpuUuid: 'GPU-aaaa', device: 1, profile: '2g.20gb' },
    ])
  })

  it('is read whole in its XML form', () => {
    const detail = parseSmiXml(xml(), 'gpu-01')
    expect(detail?.cudaVersion).toBe('12.4')
    expect(figuresOf(detail?.samples ?? [], 'GPU-aaaa')).toEqual({
      ...{
        FB_TOTAL: 81_559,
        FB_USED: 41_000,
        FB_FREE: 40_000,
        FB_RESERVED: 559,
        GPU_UTIL: 97,
        MEM_COPY_UTIL: 45,
      },
      ...{
        GPU_TEMP: 61,
        MEMORY_TEMP: 70,
        POWER_USAGE: 512.31,
        POWER_MGMT_LIMIT: 700,
        SM_CLOCK: 1980,
        MEM_CLOCK: 2619,
      },
      ...{
        MAX_SM_CLOCK: 1980,
        PCIE_REPLAY_COUNTER: 7,
        PCIE_LINK_WIDTH: 8,
        PCIE_MAX_LINK_WIDTH: 16,
        MIG_MODE: 0,
      },
      ...{
        UNCORRECTABLE_REMAPPED_ROWS: 1,
        CORRECTABLE_REMAPPED_ROWS: 0,
        ROW_REMAP_FAILURE: 0,
        ROW_REMAP_PENDING: 1,
      },
      ...{ ECC_DBE_VOL_TOTAL: 3, ECC_SBE_VOL_TOTAL: 3, CLOCKS_EVENT_REASONS: 0x44 },
    })
    expect(detail?.processes).toEqual([
      { gpuUuid: 'GPU-aaaa', pid: 4242, name: 'python3 <x>', usedMemoryMib: 40_960, type: 'COMPUTE' },
      { gpuUuid: 'GPU-aaaa', pid: 77, name: 'x', usedMemoryMib: null, type: 'MIXED' },
    ])
  })

  it('reads what older drivers call otherwise', () => {
    const old = xml()
      .replaceAll('clocks_event_reason', 'clocks_throttle_reason')
      .replaceAll('gpu_power_readings', 'power_readings')
      .replaceAll('current_power_limit', 'power_limit')
      .replace(
        /<volatile>.*<\/volatile>/,
        '<volatile><double_bit><device_memory>1</device_memory><total>4</total></double_bit></volatile>',
      )
    expect(figuresOf(parseSmiXml(old, 'n')?.samples ?? [], 'GPU-aaaa')).toMatchObject({
      ...{ CLOCKS_EVENT_REASONS: 0x44, POWER_USAGE: 512.31, POWER_MGMT_LIMIT: 700, ECC_DBE_VOL_TOTAL: 4 },
    })
  })

  it('tells slices of a divided GPU, which has no utilisation', () => {
    const samples = parseSmiXml(migXml, 'n')?.samples.filter(({ labels }) => labels.UUID === 'GPU-bbbb') ?? []
    expect(samples.map(({ labels, value }) => [labels.__name__, labels.GPU_I_ID, value])).toEqual([
      ['DCGM_FI_DEV_MIG_MODE', undefined, 1],
      ['DCGM_FI_DEV_FB_USED', '7', 12],
    ])
  })

  it('is refused where it is cut off, too deep, or no such document', () => {
    for (const text of [
      '',
      '<a>',
      '<a></b>',
      '<nvidia_smi_log><gpu>',
      '<html></html>',
      'NVIDIA-SMI has failed',
      '<'.repeat(1_000),
    ])
      expect(parseSmiXml(text, 'n')).toBeUndefined()
    expect(parseXml(`${'<a>'.repeat(200)}${'</a>'.repeat(200)}`)).toBeUndefined()
    expect(parseXml('<a/>'.repeat(3))).toMatchObject({ name: 'a' })
  })

  it('never throws, whatever it reads', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '<gpu>',
        '</gpu>',
        '<nvidia_smi_log>',
        '<!--',
        '-->',
        '<uuid>',
        'GPU-a',
        ', ',
        '\n',
        '[N/A]',
        '0',
        '"',
        '&lt;',
        '>',
        '<',
      ),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          pieces.map((all) => all.join('')),
        ),
        (text) => {
          parseSmiXml(text, 'n')
          parseGpuCsv(text, 'n')
          parseAppCsv(text)
          parseMigList(text)
          return true
        },
      ),
    )
  })
})
