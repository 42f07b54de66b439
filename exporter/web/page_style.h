// SPDX-License-Identifier: Apache-2.0
//
// The style sheet of every page, put into it as text. Colours follow the
// reader's system, light or dark; tables become lists where the screen is
// narrow.
#pragma once

namespace ipband {

inline constexpr char kPageStyle[] = R"css(
:root {
  --text: #1c2430; --soft: #5d6878; --line: #dfe4ea; --page: #f5f7f9;
  --card: #fff; --brand: #0b5c6b; --link: #0b6478; --bar: #7fc3cf; --over: #d9534a;
  --track: #e9edf1; --good: #17703c; --bad: #b3261e; --note: #fff4d6; --note-line: #d9a514;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e4e9f0; --soft: #97a3b3; --line: #2b3440; --page: #11161c;
    --card: #19202a; --brand: #0d3f49; --link: #6fc6d6; --bar: #2b7a89; --over: #d9675e;
    --track: #252e3a; --good: #6fd199; --bad: #ff8a80; --note: #33290d; --note-line: #b88d14;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
header { background: var(--brand); color: #fff; }
header h1 { margin: 0; font-size: 1.35rem; font-weight: 600; }
header small { color: #ffffffc0; font-weight: 400; font-size: .85rem; }
header a { color: #fff; }
header, main { padding: 1rem max(1rem, calc(50% - 32rem)); }
nav ul {
  display: flex; flex-wrap: wrap; gap: .3rem 1.5rem; list-style: none;
  margin: .4rem 0 0; padding: 0;
}
.crumbs { font-size: .85rem; }
.crumbs ol {
  display: flex; gap: .4rem; list-style: none; margin: 0 0 .1rem; padding: 0;
}
.crumbs li + li::before {
  content: "/"; margin-right: .4rem; color: #ffffffc0;
}
time { white-space: nowrap; }
main a { color: var(--link); }
.wide header, .wide main { padding-inline: max(1rem, calc(50% - 42rem)); }
h2 { margin: 1.4rem 0 .5rem; font-size: 1.05rem; font-weight: 600; }
section:first-child h2 { margin-top: .3rem; }
table {
  width: 100%; border-collapse: separate; border-spacing: 0;
  background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  overflow: hidden;
}
th, td { padding: .5rem .9rem; text-align: left; }
td, tbody th { border-top: 1px solid var(--line); }
thead th { color: var(--soft); font-size: .8rem; font-weight: 600; }
tbody th { font-weight: 600; font-variant-numeric: tabular-nums; }
caption {
  position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%);
}
.n {
  text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums;
}
.key { font-weight: 600; overflow-wrap: anywhere; }
td small, tbody th small { color: var(--soft); font-weight: 400; font-size: .85rem; }
.on { border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; }
.rate {
  background: linear-gradient(var(--bar) 0 0) right bottom / var(--w) .2rem
    no-repeat;
}
.up, .down { font-weight: 600; }
.up { color: var(--good); }
.down { color: var(--bad); }
.up::before { content: "\25CF\00A0"; }
.down::before { content: "\25CB\00A0"; }
.empty, .notice {
  margin: 0; padding: .8rem .9rem; border-radius: .5rem;
  background: var(--card); border: 1px solid var(--line); color: var(--soft);
}
table + .empty { margin-top: .6rem; }
.notice {
  background: var(--note); border-color: var(--note-line); color: var(--text);
}
.filter { margin: 0 0 .8rem; }
main > .notice { margin-bottom: 1rem; }
.facts {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr));
  gap: .6rem; margin: 0;
}
.facts > div {
  padding: .6rem .9rem; border-radius: .5rem; background: var(--card);
  border: 1px solid var(--line);
}
.facts dt { color: var(--soft); font-size: .8rem; font-weight: 600; }
.facts dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
.facts small {
  display: block; color: var(--soft); font-weight: 400; font-size: .85rem;
}
.facts time { white-space: normal; }
.facts dd > time { font-size: .95em; }
.facts .level {
  background: linear-gradient(90deg, var(--bar) var(--t), var(--over) 0)
    bottom / 100% .25rem no-repeat var(--card);
}
.facts .bad dd { color: var(--bad); }
h3 { margin: 1rem 0 .3rem; font-size: .95rem; font-weight: 600; }
.sums { margin: 0; padding-left: 1.2rem; }
.talker { overflow-wrap: anywhere; }
.talker small { white-space: nowrap; }
.connections { font-size: .85rem; }
.connections .port { color: var(--soft); }
code { font-size: .9em; }
.bad { color: var(--bad); }
header { position: relative; }
#pause {
  position: absolute; top: 1rem; right: max(1rem, calc(50% - 42rem));
  padding: .25rem .8rem; border: 1px solid #ffffff80; border-radius: 1rem;
  background: none; color: #fff; font: inherit; font-size: .85rem;
  cursor: pointer;
}
#pause[aria-pressed="true"] { background: #fff; color: var(--brand); }
#pause:focus-visible, header a:focus-visible { outline: 2px solid #fff; }
#stale { margin: 1rem max(1rem, calc(50% - 42rem)) 0; }
.hint { margin: 0 0 .6rem; color: var(--soft); }
.summary { margin: 0 0 .2rem; }
.health {
  display: flex; flex-wrap: wrap; gap: .3rem 1.6rem; list-style: none;
  margin: 0 0 .9rem; padding: 0; color: var(--soft); font-size: .9rem;
  font-variant-numeric: tabular-nums;
}
.health b { color: var(--bad); }
.subnets td, .subnets tbody th { vertical-align: top; }
.subnets .watched {
  background: linear-gradient(90deg, var(--over) 3px, #0000 0);
}
.subnets b { font-variant-numeric: tabular-nums; }
.load { width: 32%; }
.state { white-space: nowrap; }
.subnets .talker { min-width: 9rem; }
.bar {
  position: relative; height: .45rem; margin-top: .3rem; border-radius: .25rem;
  background: var(--track);
}
.bar::before {
  content: ""; position: absolute; inset: 0; border-radius: .25rem;
  background: var(--bar); clip-path: inset(0 calc(100% - var(--w)) 0 0);
}
.judged::before {
  background: linear-gradient(90deg, var(--bar) 75%, var(--over) 0);
}
.judged::after {
  content: ""; position: absolute; left: 75%; top: -.15rem; bottom: -.15rem;
  width: 2px; background: var(--text); opacity: .55;
}
.line { width: 9.5rem; }
.spark { display: block; width: 8rem; height: 2.1rem; overflow: visible; }
.history .spark { width: 100%; margin-top: .4rem; }
.facts .bar { margin-bottom: .2rem; }
.facts .load, .facts .history { grid-column: span 2; width: auto; }
.subnets .key a {
  color: inherit; text-decoration-color: var(--bar);
  text-underline-offset: .2em;
}
.spark polyline {
  fill: none; stroke: var(--link); stroke-width: 1.5; stroke-linecap: round;
  stroke-linejoin: round; vector-effect: non-scaling-stroke;
}
.spark .dot { stroke-width: 4; }
.spark polygon { fill: var(--bar); opacity: .3; }
.spark .limit {
  stroke: var(--over); stroke-width: 1; stroke-dasharray: 3 3;
  stroke-linecap: butt;
}
.state small { display: block; }
section + section { margin-top: 2rem; }
section > h2:not(:first-child) { margin-top: 1.5rem; }
@media (min-width: 40.01rem) {
  .connections th, .connections td { padding: .4rem .5rem; }
  .connections th:first-child, .connections td:first-child {
    padding-left: .9rem;
  }
  .connections .rate { min-width: 5.5rem; }
}
@media (max-width: 40rem) {
  thead { display: none; }
  table, tbody { display: block; }
  tr {
    display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1.1rem;
    padding: .6rem .9rem; border-top: 1px solid var(--line);
  }
  tbody tr:first-child { border-top: 0; }
  td, tbody th { padding: 0; border: 0; }
  .key { flex: 1 1 55%; }
  .lead { font-weight: 600; }
  td.rate {
    min-width: 6.5rem; padding-bottom: .25rem;
  }
  td[data-label] { color: var(--soft); font-size: .85rem; }
  td[data-label]::before { content: attr(data-label) "\00A0"; }
  td.talker::before { content: attr(data-label) " "; }
  td.lead { color: var(--text); }
  .subnets tr {
    display: grid; grid-template-columns: minmax(0, 1fr) 8rem;
    align-items: start;
  }
  .subnets .load { grid-column: 1 / -1; width: auto; margin: .25rem 0 .45rem; }
  .subnets .key { grid-column: 1 / -1; }
  .subnets .line { grid-row: 3 / span 2; grid-column: 2; width: auto; }
  .subnets .state, .subnets .talker { grid-column: 1; }
  .reports .rate { order: 1; }
  .reports td { order: 2; }
  .facts { grid-template-columns: 1fr 1fr; }
  .connections tr {
    display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 9rem);
  }
  .connections td, .connections time { text-align: left; white-space: normal; }
  .connections .whole { grid-column: 1 / -1; }
  .connections .rate { background-position: left bottom; }
  .connections .end { color: var(--text); font-size: 1rem; }
}
)css";

}  // namespace ipband
