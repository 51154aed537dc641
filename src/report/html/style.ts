/** The style sheet of a report: light and dark by the reader's setting, narrow screens, paper. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --card: #ffffff; --text: #1b2330; --soft: #5a6473; --line: #d9dee6; --grid: #e6eaf0;
  --accent: #1f5fa8; --late: #b3261e; --soon: #8a5300; --good: #1f6f43; --late-page: #fdecea; --soon-page: #fff4e0;
  --s0: #2f6db5; --s1: #e08a1e; --s2: #2f9e77; --s3: #b0568f; --s4: #7b6fd0; --s5: #8a8f98;
  --pending: #d9822b; --processing: #2f6db5; --resolved: #2f9e77; --unknown: #8a8f98;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #11151b; --card: #1a2029; --text: #e6eaf0; --soft: #a3adbb; --line: #343d4a; --grid: #2a323d;
    --accent: #7fb3ee; --late: #ff9a8f; --soon: #f2bf6a; --good: #7fd3a4; --late-page: #3a1f1d; --soon-page: #382b14;
    --s0: #5f9fe3; --s1: #f0a94c; --s2: #52c39a; --s3: #d98aba; --s4: #a79df0; --s5: #a3adbb;
    --pending: #f0a94c; --processing: #5f9fe3; --resolved: #52c39a; --unknown: #a3adbb;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif; }
header, main, footer { max-width: 1360px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 28px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 32px 0 12px; }
h3 { font-size: 15px; margin: 0 0 8px; }
.panel > h3:not(:first-child) { margin-top: 22px; }
p { margin: 0; }
.soft { color: var(--soft); font-size: 13px; }
.note { margin: 16px 0 0; padding: 10px 14px; border-radius: 8px; background: var(--soon-page); border-left: 4px solid var(--soon); }
.note.bad { background: var(--late-page); border-left-color: var(--late); }
.note ul { margin: 4px 0 0; padding-left: 20px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(176px, 1fr)); gap: 12px; margin: 0; }
.card, figure, .panel { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.card { padding: 14px 16px; display: flex; flex-direction: column; }
.card dt { color: var(--soft); font-size: 13px; }
.card dd { margin: 0; }
.card .big { font-size: 30px; line-height: 1.25; font-weight: 650; font-variant-numeric: tabular-nums; }
.card .big.long { font-size: 22px; line-height: 1.7; }
.card .hint { color: var(--soft); font-size: 12.5px; }
.late .big, .late .hint.strong, td.late, .late-text { color: var(--late); }
.soon .big, td.soon, .soon-text { color: var(--soon); }
.good .hint.strong { color: var(--good); }
.hint.strong { font-weight: 600; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 12px; }
figure { margin: 0; padding: 14px 16px; min-width: 0; display: flex; flex-direction: column; }
figure > svg { margin-bottom: auto; }
figure.wide { grid-column: 1 / -1; }
figcaption h3 { margin-bottom: 6px; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
svg { display: block; width: 100%; height: auto; }
.wide .scroll svg { min-width: 860px; }
svg text { fill: var(--soft); font-size: 12px; font-family: inherit; }
figure:not(.wide) svg text { font-size: 14px; }
svg text.sum { fill: var(--text); font-weight: 600; }
svg .grid { stroke: var(--grid); }
svg .axis { stroke: var(--soft); }
.s0 { fill: var(--s0); } .s1 { fill: var(--s1); } .s2 { fill: var(--s2); } .s3 { fill: var(--s3); } .s4 { fill: var(--s4); } .s5 { fill: var(--s5); }
rect.pending { fill: var(--pending); } rect.processing { fill: var(--processing); } rect.resolved { fill: var(--resolved); } rect.unknown { fill: var(--unknown); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; margin: 0 0 6px; padding: 0; font-size: 13px; }
.legend svg { display: inline-block; width: 12px; height: 12px; min-width: 0; margin-right: 6px; vertical-align: -1px; }
details.figures { margin-top: 8px; font-size: 13px; }
details.figures .scroll { max-height: 320px; overflow: auto; }
summary { cursor: pointer; color: var(--accent); }
table { border-collapse: collapse; width: 100%; font-size: 13px; line-height: 1.45; }
th, td { text-align: left; padding: 7px 6px; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { position: sticky; top: 0; background: var(--card); white-space: nowrap; font-size: 13px; }
tbody tr:hover { background: color-mix(in srgb, var(--accent) 7%, transparent); }
td { white-space: nowrap; }
td.id, td.time, td.number { font-variant-numeric: tabular-nums; }
td.id { font-size: 12px; }
td .soft { font-size: 12px; }
td.words { white-space: normal; min-width: 84px; }
td.number, th.number { text-align: right; }
td.text { white-space: normal; min-width: 220px; overflow-wrap: anywhere; }
td.text summary { color: inherit; }
td.text p { margin-top: 6px; white-space: pre-wrap; }
td.late, td.soon { font-weight: 600; }
.badge { display: inline-flex; align-items: center; gap: 6px; white-space: nowrap; }
.badge::before { content: ""; width: 9px; height: 9px; border-radius: 50%; background: var(--unknown); }
.badge.pending::before { background: var(--pending); } .badge.processing::before { background: var(--processing); } .badge.resolved::before { background: var(--resolved); }
.panel { padding: 14px 16px; }
.controls { display: flex; flex-wrap: wrap; gap: 10px; align-items: end; margin-bottom: 12px; }
.controls label { display: flex; flex-direction: column; font-size: 12.5px; color: var(--soft); gap: 3px; }
.controls label.search { flex: 1 1 240px; }
input, select, button { font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--soft); border-radius: 6px; padding: 5px 9px; max-width: 100%; }
button { cursor: pointer; }
button:disabled { color: var(--soft); border-color: var(--line); cursor: default; }
:is(input, select, button, summary):focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
thead th button { border: 0; padding: 0; background: none; font-weight: 600; color: inherit; }
thead th button::after { content: " ↕"; color: var(--soft); font-weight: 400; }
th[aria-sort="ascending"] button::after { content: " ↑"; color: var(--accent); }
th[aria-sort="descending"] button::after { content: " ↓"; color: var(--accent); }
.pager { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; margin-top: 12px; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
footer { padding-top: 24px; padding-bottom: 32px; color: var(--soft); font-size: 13px; }
/* Ids, times and headings take two lines, so that the text of the complaint needs no scrolling. */
@media (max-width: 1500px) {
  td.id { white-space: normal; overflow-wrap: anywhere; min-width: 114px; }
  td.merchant { white-space: nowrap; }
  td.time { white-space: normal; word-break: keep-all; min-width: 92px; }
  thead th { white-space: normal; word-break: keep-all; }
}
@media (max-width: 760px) {
  header, main, footer { padding-left: 14px; padding-right: 14px; }
  .charts { grid-template-columns: minmax(0, 1fr); }
  .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  td.text { min-width: 320px; }
  .card .big { font-size: 24px; }
  .card .big.long { font-size: 18px; line-height: 1.6; }
}
@media print {
  :root {
    --page: #fff; --card: #fff; --text: #000; --soft: #444; --line: #bbb; --grid: #ddd; --accent: #1f5fa8; --late: #b3261e;
    --soon: #8a5300; --good: #1f6f43; --late-page: #fff; --soon-page: #fff;
    --s0: #2f6db5; --s1: #e08a1e; --s2: #2f9e77; --s3: #b0568f; --s4: #7b6fd0; --s5: #8a8f98;
    --pending: #d9822b; --processing: #2f6db5; --resolved: #2f9e77; --unknown: #8a8f98;
  }
  @page { size: A4 landscape; margin: 12mm; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 11px; }
  header, main, footer { max-width: none; padding-left: 0; padding-right: 0; }
  .cards { grid-template-columns: repeat(6, 1fr); gap: 6px; }
  .card { padding: 8px 10px; }
  .card .big, .card .big.long { font-size: 17px; line-height: 1.3; }
  .card dt, .card .hint, .soft, td .soft, td.id, .legend { font-size: 9px; }
  h1 { font-size: 20px; } h2 { font-size: 14px; margin-top: 16px; } h3 { font-size: 11px; }
  .controls, .pager button, details.figures, thead th button::after { display: none; }
  .card, figure, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; }
  thead th { position: static; }
  table { font-size: 10px; }
  th, thead th { font-size: 10px; }
  td { white-space: normal; }
  td.time, td.id { white-space: nowrap; }
  td.id, td.time { min-width: 0; }
  td.text, td.words { min-width: 0; }
}
`
