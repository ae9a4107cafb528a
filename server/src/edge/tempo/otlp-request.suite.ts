/** A request of OTLP in its JSON: two traces, one of them of two services. */
export const startMs = 1_700_000_000_000
export const traceId = '0af7651916cd43dd8448eb211c80319c'
const shortId = '00000000000000000000000000000abc'
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })

/** OTLP in, in its JSON; the checkout calls payments, which fails. */
export const request = {
  resourceSpans: [
    {
      resource: { attributes: [text('service.name', 'checkout'), text('deployment.environment', 'prod')] },
      scopeSpans: [
        {
          scope: { name: 'http', version: '1.2', attributes: [text('lang', 'js')] },
          spans: [
            {
              ...{ traceId, spanId: 'b7ad6b7169203331', name: 'POST /checkout', kind: 2 },
              ...{ startTimeUnixNano: '1700000000000123456', endTimeUnixNano: '1700000000100123456' },
              attributes: [
                text('http.route', '/checkout'),
                text('empty', ''),
                { key: 'http.response.status_code', value: { intValue: '200' } },
                { key: 'offset', value: { intValue: '-9223372036854775808' } },
                { key: 'ratio', value: { doubleValue: 0.5 } },
                { key: 'whole', value: { doubleValue: 3 } },
                { key: 'cached', value: { boolValue: false } },
                { key: 'raw', value: { bytesValue: 'AAEC' } },
              ],
              events: [
                {
                  timeUnixNano: '1700000000050000000',
                  name: 'step',
                  attributes: [text('n', '1'), { key: 'attempt', value: { intValue: '2' } }],
                },
              ],
              links: [{ traceId: shortId, spanId: '00000000000000ef', attributes: [text('why', 'retry')] }],
              status: {},
            },
          ],
        },
      ],
    },
    {
      resource: { attributes: [text('service.name', 'payments')] },
      scopeSpans: [
        {
          spans: [
            {
              ...{ traceId, spanId: '00f067aa0ba902b7', parentSpanId: 'b7ad6b7169203331', name: 'charge ü' },
              ...{
                kind: 3,
                startTimeUnixNano: '1700000000010000000',
                endTimeUnixNano: '1700000000090500000',
              },
              attributes: [text('amount', '12.5')],
              status: { code: 2, message: 'declined' },
            },
          ],
        },
      ],
    },
    {
      resource: { attributes: [text('service.name', 'checkout')] },
      scopeSpans: [
        {
          spans: [
            {
              ...{
                traceId: shortId,
                spanId: '00000000000000ef',
                parentSpanId: '00000000000000ee',
                name: 'tick',
              },
              ...{
                kind: 1,
                startTimeUnixNano: '1700000001000000000',
                endTimeUnixNano: '1700000001000000000',
              },
            },
          ],
        },
      ],
    },
  ],
}
