/**
 * The look of the HTML report: one inline style sheet, light and dark by the reader's preference.
 * Nothing is loaded from anywhere.
 */

export const styleSheet = `
:root { color-scheme: light dark;
  --page:#f4f5f7; --card:#ffffff; --ink:#1a1e24; --soft:#5b6471; --line:#e1e4e9; --well:#f7f8fa;
  --good:#17794a; --good-bg:#e6f5ec; --bad:#c02434; --bad-bg:#fdecee; --doubt:#8a5a00;
  --doubt-bg:#fdf3dc; --blue:#2456c9; --violet:#7a3fc4; --teal:#0b7285; --lane:#f7f8fa;
  --bar:#c9d6f3; --bar-ink:#2b4a94; --shadow:0 1px 2px #0b122014, 0 1px 8px #0b12200d; }
@media (prefers-color-scheme: dark) { :root {
  --page:#0e1116; --card:#161a21; --ink:#e5e9f0; --soft:#97a1b0; --line:#2a303a; --well:#11151b;
  --good:#56c98d; --good-bg:#12291e; --bad:#ff7078; --bad-bg:#33161b; --doubt:#e3b65a;
  --doubt-bg:#2d2412; --blue:#86aaff; --violet:#c09af5; --teal:#5fc9d8; --lane:#12161c;
  --bar:#2b3c66; --bar-ink:#a9c0f7; --shadow:none; } }
* { box-sizing:border-box; }
body { margin:0; background:var(--page); color:var(--ink);
  font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif; }
main { max-width:1200px; margin:0 auto; padding:28px 24px 60px; }
h1,h2,h3 { line-height:1.25; margin:0; font-weight:650; letter-spacing:-.01em; }
h2 { font-size:20px; margin:36px 0 12px; }
h3 { font-size:15px; margin:24px 0 8px; }
p { margin:6px 0; overflow-wrap:anywhere; }
code,pre,.mono { font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
  font-size:13px; }
.soft { color:var(--soft); }
.card { background:var(--card); border:1px solid var(--line); border-radius:10px;
  box-shadow:var(--shadow); padding:20px 22px; margin:14px 0; }
.top { display:flex; align-items:center; gap:10px; color:var(--soft); font-size:14px;
  margin-bottom:16px; flex-wrap:wrap; }
.top b { color:var(--ink); font-weight:650; }
.top .wave { color:var(--blue); }
.banner { border-left:6px solid; padding:22px 24px; }
.banner h1 { font-size:26px; }
.banner.valid { border-left-color:var(--good); } .banner.valid h1 { color:var(--good); }
.banner.invalid { border-left-color:var(--bad); } .banner.invalid h1 { color:var(--bad); }
.banner.unknown { border-left-color:var(--doubt); } .banner.unknown h1 { color:var(--doubt); }
.tiles { display:grid; grid-template-columns:repeat(auto-fit,minmax(140px,1fr)); gap:10px 24px;
  margin-top:18px; }
.tile b { display:block; font-size:20px; font-weight:650; letter-spacing:-.01em;
  font-variant-numeric:tabular-nums; }
.tile span { color:var(--soft); font-size:13px; }
.scroll { overflow-x:auto; }
table { border-collapse:collapse; width:100%; font-size:14px; }
th { text-align:left; font-weight:600; color:var(--soft); font-size:12.5px; padding:6px 12px 6px 0;
  border-bottom:1px solid var(--line); white-space:nowrap; }
td { padding:8px 12px 8px 0; border-bottom:1px solid var(--line); vertical-align:top; }
tr:last-child td { border-bottom:0; }
.value { overflow-wrap:anywhere; min-width:170px; }
.nowrap { white-space:nowrap; }
.num { text-align:right; font-variant-numeric:tabular-nums; white-space:nowrap; }
.pill { display:inline-block; border-radius:99px; padding:1px 9px; font-size:12.5px; font-weight:600;
  white-space:nowrap; }
.pill.valid { color:var(--good); background:var(--good-bg); }
.pill.invalid { color:var(--bad); background:var(--bad-bg); }
.pill.unknown { color:var(--doubt); background:var(--doubt-bg); }
.pill.not-checked,.pill.plain { color:var(--soft); background:var(--well);
  box-shadow:inset 0 0 0 1px var(--line); }
details { border-top:1px solid var(--line); }
details:first-of-type { border-top:0; }
summary { cursor:pointer; list-style:none; padding:11px 0; display:flex; gap:12px;
  align-items:baseline; flex-wrap:wrap; }
summary::-webkit-details-marker { display:none; }
summary::before { content:""; flex:none; width:7px; height:7px; border-right:2px solid var(--soft);
  border-bottom:2px solid var(--soft); transform:rotate(-45deg) translateY(-2px);
  transition:transform .12s; }
details[open]>summary::before { transform:rotate(45deg) translateY(-2px); }
summary:focus-visible { outline:2px solid var(--blue); outline-offset:2px; border-radius:4px; }
summary .name { font-weight:600; } summary .fill { flex:1; color:var(--soft); min-width:120px; }
.inside { padding:2px 0 18px 19px; }
.two { display:grid; grid-template-columns:repeat(auto-fit,minmax(min(320px,100%),1fr)); gap:6px 36px; }
.proof+.compare { margin-top:14px; }
.proof { display:grid; grid-template-columns:minmax(70px,92px) 1fr; gap:8px 14px; margin:14px 0 4px; }
.proof dt { color:var(--soft); font-weight:600; } .proof dd { margin:0; min-width:0; overflow-wrap:anywhere; }
.proof dd div+div { margin-top:3px; }
.proof .however { color:var(--bad); font-weight:600; }
.compare { display:grid; grid-template-columns:repeat(auto-fit,minmax(min(320px,100%),1fr)); gap:14px; }
.compare section { background:var(--well); border:1px solid var(--line); border-radius:8px;
  padding:10px 14px; min-width:0; }
.compare h4 { margin:0 0 6px; font-size:12.5px; color:var(--soft); font-weight:600; }
.compare .expected { border-top:3px solid var(--good); }
.compare .observed { border-top:3px solid var(--bad); }
.compare code { display:block; white-space:pre-wrap; overflow-wrap:anywhere; }
.command { background:var(--well); border:1px solid var(--line); border-radius:8px; margin:8px 0;
  padding:11px 14px; overflow-x:auto; white-space:pre; user-select:all; }
.command::before { content:"$ "; color:var(--soft); user-select:none; }
.witness { color:var(--bad); font-weight:600; }
.note { background:var(--doubt-bg); color:var(--doubt); border-radius:8px; padding:9px 14px;
  margin:10px 0; font-size:14px; overflow-wrap:anywhere; }
.legend { display:flex; flex-wrap:wrap; gap:4px 18px; color:var(--soft); font-size:12.5px;
  margin:8px 0 0; }
.legend svg { vertical-align:-2px; margin-right:5px; }
.timeline { overflow-x:auto; border:1px solid var(--line); border-radius:8px; background:var(--card); }
.timeline>svg { display:block; min-width:980px; width:100%; height:auto; }
svg text { font:11px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif; fill:var(--soft); }
svg .lane { fill:var(--lane); } svg .label { fill:var(--ink); font-size:11.5px; }
svg .group { font-size:10.5px; font-weight:600; letter-spacing:.02em; }
svg .grid { stroke:var(--line); stroke-width:1; }
svg .bar { fill:var(--bar); } svg .bar-text { fill:var(--bar-ink); font-size:10.5px; }
svg .completed { fill:var(--good); } svg .aborted { fill:var(--doubt); }
svg .failed { fill:var(--bad); } svg .paused { fill:var(--doubt); opacity:.55; }
svg .band { fill:var(--bad); opacity:.11; } svg .band-edge { stroke:var(--bad); stroke-width:1;
  stroke-dasharray:3 2; opacity:.7; } svg .band-text { fill:var(--bad); font-weight:600; }
svg .attempt { stroke:var(--violet); stroke-width:1.2; }
svg .attempt-text { fill:var(--violet); font-weight:600; }
svg .barrier { stroke:var(--teal); stroke-width:1.4; }
svg .watermark { fill:none; stroke:var(--blue); stroke-width:1.4; }
svg .transaction { fill:none; stroke:var(--soft); stroke-width:1.3; }
svg .visible { fill:var(--blue); } svg .hit { fill:var(--bad); stroke:var(--card); stroke-width:1.5; }
svg .hit-ring { fill:none; stroke:var(--bad); stroke-width:1.6; }
footer { color:var(--soft); font-size:13px; margin-top:40px; }
@media print { body { background:#fff; } .card { box-shadow:none; break-inside:avoid; } }
`;
