import { describe, expect, it } from 'vitest'
import { type Board, createScene, exposition, minute } from '../gpu-scene.suite.ts'
import { xidClasses } from '../xid-code.ts'

const xid = (code: number, more: Board = {}): Board => ({
  ...more,
  values: { ...more.values, XID_ERRORS: code },
})

describe('XID signatures', () => {
  it.each(xidClasses.flatMap(({ rule, codes }) => codes.map((code) => [code, rule] as const)))(
    'names XID %i by %s once the register changes to it',
    async (code, rule) => {
      const scene = createScene()
      await scene.step(exposition({}))
      await scene.step(exposition(xid(code)))
      expect(scene.rules()).toEqual([rule])
      expect(scene.open()[0]?.title).toContain(`XID ${code}`)
      expect(scene.open()[0]?.documentation_url).toMatch(/^https:\/\/docs\.nvidia\.com/)
    },
  )

  it('names a code that has no class, with a pointer to the catalogue', async () => {
    const scene = createScene()
    await scene.step(exposition({}))
    await scene.step(exposition(xid(38)))
    expect(scene.rules()).toEqual(['gpu-xid-other'])
  })

  it('is silent about a code that was in the register when the GPU was seen first', async () => {
    const scene = createScene()
    expect(await scene.play(5 * minute, exposition(xid(79)))).toEqual([])
    const later = createScene()
    await later.step(exposition({ index: 1 }))
    expect(await later.play(minute, exposition({ index: 1 }, xid(79, { index: 0 })))).toEqual([])
  })

  it('takes a register that appears late, on a GPU known before, for an event', async () => {
    const scene = createScene()
    await scene.step(exposition({ values: { XID_ERRORS: null } }))
    await scene.step(exposition(xid(74)))
    expect(scene.rules()).toEqual(['gpu-xid-74'])
  })

  it('is not misled by a change of the pod, which changes all labels at once', async () => {
    const scene = createScene()
    await scene.step(exposition(xid(31, { pod: 'a' })))
    expect(await scene.play(minute, exposition(xid(31, { pod: 'b' })))).toEqual([])
  })

  it('follows err_code labels, which make another series of each code', async () => {
    const scene = createScene()
    await scene.step(exposition({}))
    const values = { XID_ERRORS: null, 'XID_ERRORS{err_code="79",err_msg="GPU has fallen off the bus"}': 79 }
    await scene.step(exposition({ values }))
    expect(scene.rules()).toEqual(['gpu-xid-79'])
    expect(scene.open()[0]?.evidence[0]).toMatchObject({
      source: 'DCGM_FI_DEV_XID_ERRORS{UUID="GPU-gpu-01-0",gpu="0",Hostname="gpu-01"}',
    })
    expect(scene.open()[0]?.evidence[0]?.text).toContain('GPU has fallen off the bus')
  })

  it('hears of a repeated code, which the register does not show, by the exporter’s count', async () => {
    const scene = createScene()
    const counted = (count: number) =>
      exposition(
        xid(43, {
          pod: 'a',
          values: { 'DCGM_EXP_XID_ERRORS_COUNT{xid="43",window_size_in_ms="300000"}': count },
        }),
      )
    await scene.step(counted(0))
    expect(scene.rules()).toEqual([])
    await scene.step(counted(1))
    expect(scene.rules()).toEqual(['gpu-xid-application'])
    expect(scene.open()[0]).toMatchObject({
      severity: 'LOW',
      object: { kind: 'GPU', name: 'gpu-01/GPU-gpu-01-0' },
      parent: { kind: 'Node', name: 'gpu-01' },
    })
    expect(scene.open()[0]?.remediation[0]?.command).toBe('kubectl logs -n train a --tail=100')
  })

  it('ends an application’s fault after half an hour, and one that needs a reset only with it', async () => {
    const scene = createScene({ stepMs: minute })
    await scene.step(exposition({}, { index: 1 }))
    const both = exposition(xid(13), xid(95, { index: 1 }))
    await scene.play(10 * minute, both)
    expect(scene.rules()).toEqual(['gpu-xid-95', 'gpu-xid-application'])
    expect(await scene.play(60 * minute, both)).toEqual(['gpu-xid-95'])
    expect(await scene.play(45 * minute, exposition(xid(13), { index: 1 }))).toEqual([])
  })

  it('makes 45 a symptom of the fault that caused it, and tells it alone where there is none', async () => {
    const scene = createScene()
    const counted = (codes: readonly number[]) =>
      exposition({
        values: Object.fromEntries(codes.map((code) => [`DCGM_EXP_XID_ERRORS_COUNT{xid="${code}"}`, 1])),
      })
    await scene.step(exposition({}))
    await scene.step(counted([45]))
    expect(scene.rules()).toEqual(['gpu-xid-45'])
    await scene.step(counted([45, 119]))
    expect(scene.rules()).toEqual(['gpu-xid-gsp'])
    expect(scene.open()[0]?.evidence.some(({ text }) => text.includes('XID 45'))).toBe(true)
  })

  it('calls 94 contained and uncorrectable, not corrected', async () => {
    const scene = createScene()
    await scene.step(exposition({}))
    await scene.step(exposition(xid(94)))
    expect(scene.open()[0]?.title).toContain('contained uncorrectable error')
    expect(scene.open()[0]?.severity).toBe('HIGH')
  })

  it('suspects the GPU when different jobs fail on it, and not when one fails again', async () => {
    const fails = async (pods: readonly string[]) => {
      const scene = createScene({ stepMs: minute })
      let count = 0
      for (const pod of pods) {
        const text = (value: number) =>
          exposition({ pod, values: { 'DCGM_EXP_XID_ERRORS_TOTAL{xid="31"}': value } })
        await scene.step(text(count))
        await scene.step(text(++count))
      }
      return scene.rules()
    }
    expect(await fails(['train-0', 'train-0'])).toEqual(['gpu-xid-application'])
    expect(await fails(['train-7d9f8b6c5d-abcde', 'train-7d9f8b6c5d-fghij'])).toEqual(['gpu-xid-application'])
    expect(await fails(['train-0', 'serve-0'])).toEqual(['gpu-xid-application-repeated'])
  })

  it('suspects the driver when nodes with one version have the same XID, and not boards one by one', async () => {
    const nodes = ['a', 'b', 'c']
    const scene = createScene()
    await scene.step(exposition(...nodes.map((node) => ({ node }))))
    await scene.step(exposition(...nodes.map((node) => xid(119, { node }))))
    expect(scene.rules()).toEqual(['gpu-xid-fleet'])
    expect(scene.open()[0]?.title).toContain('550.54.15')
    const mixed = createScene()
    const driver = (node: string) => (node === 'c' ? '535.1' : '550.54.15')
    await mixed.step(exposition(...nodes.map((node) => ({ node, driver: driver(node) }))))
    await mixed.step(exposition(...nodes.map((node) => xid(119, { node, driver: driver(node) }))))
    expect(mixed.rules()).toEqual(['gpu-xid-gsp', 'gpu-xid-gsp', 'gpu-xid-gsp'])
    const application = createScene()
    await application.step(exposition(...nodes.map((node) => ({ node }))))
    await application.step(exposition(...nodes.map((node) => xid(13, { node }))))
    expect(new Set(application.rules())).toEqual(new Set(['gpu-xid-application']))
  })

  it('puts no name into a command that a shell would read otherwise', async () => {
    const scene = createScene()
    await scene.step(exposition({ node: 'n; rm -rf /' }))
    await scene.step(exposition(xid(79, { node: 'n; rm -rf /' })))
    expect(scene.open()[0]?.remediation.every(({ command }) => command === null)).toBe(true)
  })
})
