import type { AnswerTable, Claim } from '@aiops/contract/model/answer'
import type { ReportChart, ReportDocument } from '@aiops/contract/model/report'
import { chartSvg, seriesColours } from './chart-svg.ts'
import { escaped } from './escape.ts'
import { cellText, frontMatter, nothingText } from './words.ts'

/** A report as one HTML file: no script, nothing loaded from anywhere, light and dark as the reader has it, and fit to be printed. */
export function reportHtml(document: ReportDocument): string {
  const { title, sections, evidence, checked, not_checked: notChecked } = document
  const body = [
    `<h1>${escaped(title)}</h1>`,
    `<p class="front">${frontMatter(document).map(escaped).join('<br>')}</p>`,
    ...sections.map(sectionHtml),
    '<h2>Appendix: evidence</h2>',
    evidence.length === 0 && checked.length === 0 ? `<p>${nothingText}</p>` : '',
    '<dl>',
    ...evidence.map(
      ({ id, sentence, query, source, time }) =>
        `<dt id="${id}">${id}</dt><dd>${escaped(sentence)}<br><span class="quiet">${escaped([source, query, time ?? ''].filter(Boolean).join(' · '))}</span></dd>`,
    ),
    ...checked.map(
      ({ id, tool, sentence }) =>
        `<dt id="${id}">${id}</dt><dd>${escaped(sentence)} <span class="quiet">${escaped(tool)}</span></dd>`,
    ),
    '</dl>',
    notChecked.length === 0 ? '' : '<h2>What could not be looked at</h2>',
    ...notChecked.map(({ what, reason }) => `<p>${escaped(what)}: ${escaped(reason)}</p>`),
  ]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title><style>${style}</style></head>
<body><main>
${body.filter((part) => part !== '').join('\n')}
</main></body></html>
`
}

function sectionHtml({ title, claims, tables, charts }: ReportDocument['sections'][number]): string {
  const steps = claims.filter(({ role }) => role === 'NEXT_STEP')
  const others = claims.filter(({ role }) => role !== 'NEXT_STEP')
  return [
    `<h2>${escaped(title)}</h2>`,
    claims.length === 0 && tables.length === 0 ? `<p>${nothingText}</p>` : '',
    ...others.map((claim) => `<p class="${claim.role.toLowerCase()}">${claimHtml(claim)}</p>`),
    steps.length === 0 ? '' : `<ol>${steps.map((claim) => `<li>${claimHtml(claim)}</li>`).join('')}</ol>`,
    ...tables.map(tableHtml),
    ...charts.map(chartHtml),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

const claimHtml = ({ text, cites }: Claim): string =>
  `${withCode(escaped(text))} ${cites.map(citeHtml).join('')}`
/** Code spans of text that is escaped already. */
const withCode = (html: string): string => html.replace(/`([^`\n]+)`/g, '<code>$1</code>')
const citeHtml = (id: string): string => `<a class="cite" href="#${id}">[${id}]</a>`

function tableHtml({ title, columns, rows, more }: AnswerTable): string {
  const head = columns.map(
    ({ title: name, numeric }) => `<th${numeric ? ' class="number"' : ''}>${escaped(name)}</th>`,
  )
  const lines = rows.map(({ cells, cites }) => {
    const tds = columns.map(
      ({ key, numeric }) => `<td${numeric ? ' class="number"' : ''}>${escaped(cellText(cells[key]))}</td>`,
    )
    return `<tr>${tds.join('')}<td>${cites.slice(0, 3).map(citeHtml).join('')}</td></tr>`
  })
  const rest = more > 0 ? `<p class="quiet">and ${more} more</p>` : ''
  return `<table><caption>${escaped(title)}</caption><thead><tr>${head.join('')}<th></th></tr></thead><tbody>${lines.join('')}</tbody></table>${rest}`
}

function chartHtml(chart: ReportChart): string {
  const drawn = chartSvg(chart)
  const legend = chart.series.map(
    ({ name }, i) =>
      `<span style="color:${seriesColours[i % seriesColours.length]}">■</span> ${escaped(name)}`,
  )
  const picture =
    drawn === ''
      ? '<p class="quiet">No points in this period.</p>'
      : `${drawn}<p class="quiet">${legend.join(' &nbsp; ')}</p>`
  return `<figure><figcaption>${escaped(chart.title)} ${chart.cites.map(citeHtml).join('')}</figcaption>${picture}<p class="quiet"><code>${escaped(chart.query)}</code></p></figure>`
}

const style = `
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;margin:0;background:light-dark(#fff,#111827);color:light-dark(#111827,#e5e7eb)}
main{max-width:52rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin-bottom:.2rem}h2{font-size:1.2rem;margin-top:2rem;border-bottom:1px solid light-dark(#d1d5db,#374151)}
.front,.quiet{color:light-dark(#4b5563,#9ca3af);font-size:.85rem}.headline{font-weight:600}.caveat{font-style:italic}
table{border-collapse:collapse;width:100%;margin:.8rem 0;font-size:.9rem}caption{text-align:left;font-weight:600;padding-bottom:.3rem}
th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid light-dark(#e5e7eb,#374151);overflow-wrap:anywhere}
.number{text-align:right;font-variant-numeric:tabular-nums}
.cite{font-size:.75rem;text-decoration:none;color:light-dark(#1d4ed8,#93c5fd)}
dt{font-weight:600;float:left;width:3.5rem}dd{margin:0 0 .5rem 3.5rem;overflow-wrap:anywhere}
figure{margin:1rem 0}figcaption{font-weight:600}svg{width:100%;height:auto}code{font-size:.8rem;overflow-wrap:anywhere}
@media print{body{background:#fff;color:#000}h2{break-after:avoid}table,figure{break-inside:avoid}}
`
