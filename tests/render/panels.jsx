// SPDX-License-Identifier: Apache-2.0
//
// A page that looks like a dashboard, from window.shown: the dashboard as in
// grafana/, and the answers to its queries. Units, thresholds, overrides,
// transformations, legends and the stat, bargauge, table and timeseries panels
// are Grafana's own, of @grafana/data and @grafana/ui. Drawn by stand-ins,
// because they are in no package: state-timeline, annotations, and what is
// around the panels.
import {createRoot} from 'react-dom/client';
import {useEffect, useState} from 'react';
import {
  FieldConfigOptionsRegistry, FieldType, ThemeContext, VizOrientation,
  applyFieldOverrides, createTheme, dateTime, displayNameOverrideProcessor,
  formattedValueToString, getDisplayValueAlignmentFactors, getFieldDisplayName,
  getFieldDisplayValues, standardFieldConfigEditorRegistry, standardTransformers,
  standardTransformersRegistry, toDataFrame, transformDataFrame,
} from '@grafana/data';
import {
  BarGauge, BigValue, GlobalStyles, PanelChrome, Table, TimeSeries, VizRepeater,
} from '@grafana/ui';

const {dashboard, answers, begin, end} = window.shown;
const UNIT = 38, GAP = 8, WIDTH = 1600, HEAD = 96;
const theme = createTheme({colors: {mode: 'dark'}});
Date.now = () => end * 1000;  // "3 minutes ago" is seen from then

// What a panel's settings may be: these packages do not list them.
const asIs = (value) => value;
const setting = (id, custom) => ({
  id: custom ? 'custom.' + id : id, path: id, name: id, isCustom: custom,
  override: asIs, process: asIs, shouldApply: () => true, settings: {},
});
const settings = [
  ...['unit', 'min', 'max', 'decimals', 'noValue', 'color', 'thresholds',
      'mappings', 'links'].map((id) => setting(id, false)),
  {...setting('displayName', false), process: displayNameOverrideProcessor,
   settings: {expandTemplateVars: true}},
  ...['align', 'cellOptions', 'drawStyle', 'fillOpacity', 'lineInterpolation', 'lineStyle',
      'lineWidth', 'showPoints', 'spanNulls', 'stacking', 'thresholdsStyle', 'transform',
      'width'].map((id) => setting(id, true)),
];
standardFieldConfigEditorRegistry.setInit(() => settings);
const registry = new FieldConfigOptionsRegistry(() => settings);
const transformers = ['calculateField', 'limit', 'merge', 'organize', 'sortBy'];
standardTransformersRegistry.setInit(() => transformers.map((id) => {
  const one = Object.values(standardTransformers).find((other) => other.id === id);
  return {id, name: one.name, transformation: async () => one, editor: () => null};
}));

const VARIABLES = {'unit:text': 'bits/s', unit: '8'};
const replaceVariables = (text) =>
  text.replace(/\$\{([\w:]+)\}/g, (all, name) => VARIABLES[name] ?? all);
const timeRange = {from: dateTime(begin * 1000), to: dateTime(end * 1000),
                   raw: {from: dateTime(begin * 1000), to: dateTime(end * 1000)}};
const nothing = {unsubscribe() {}};
const eventBus = {
  getStream: () => ({subscribe: () => nothing, pipe: () => ({subscribe: () => nothing})}),
  publish() {}, subscribe: () => nothing, removeAllListeners() {},
  newScopedBus() { return this; },
};

// Frames as the Prometheus data source makes them.
function legend(format, labels) {
  return format.replace(/\{\{(\w+)\}\}/g, (_, name) => labels[name] ?? '');
}

function seriesFrames(target, answer) {
  return answer.map(([labels, points]) => toDataFrame({refId: target.refId, fields: [
    {name: 'Time', type: FieldType.time, values: points.map((p) => p[0] * 1000), config: {}},
    {name: 'Value', type: FieldType.number, labels, values: points.map((p) => p[1]),
     config: {displayNameFromDS: legend(target.legendFormat, labels)}}]}));
}

function tableFrame(target, answer, several) {
  const names = [...new Set(answer.flatMap(([labels]) => Object.keys(labels)))].sort();
  const column = (name, type, values) => ({name, type, values, config: {}});
  return toDataFrame({refId: target.refId, fields: [
    column('Time', FieldType.time, answer.map(([, p]) => p[0][0] * 1000)),
    ...names.map((name) => column(name, FieldType.string, answer.map(([l]) => l[name] ?? ''))),
    column(several ? 'Value #' + target.refId : 'Value', FieldType.number,
           answer.map(([, p]) => p[0][1]))]});
}

function framesOf(panel) {
  const several = panel.targets.length > 1;
  return panel.targets.flatMap((target) => {
    const answer = answers[panel.title + ': ' + target.refId];
    return target.format === 'table' ? [tableFrame(target, answer, several)]
                                     : seriesFrames(target, answer);
  });
}

function fieldConfigOf(panel) {
  // Grafana reads null as the lowest step of all.
  return JSON.parse(JSON.stringify(panel.fieldConfig), (key, value) =>
    key === 'steps' ? value.map((s) => ({...s, value: s.value ?? -Infinity})) : value);
}

function withOverrides(panel, frames) {
  return applyFieldOverrides({data: frames, fieldConfig: fieldConfigOf(panel),
    fieldConfigRegistry: registry, replaceVariables, theme, timeZone: 'utc'});
}

// Panels
function Nothing({panel}) {
  return <div style={{display: 'flex', height: '100%', alignItems: 'center',
    justifyContent: 'center', color: theme.colors.text.secondary}}>
    {panel.fieldConfig.defaults.noValue}</div>;
}

function displayed(panel, frames) {
  return getFieldDisplayValues({fieldConfig: fieldConfigOf(panel), theme, data: frames,
    reduceOptions: panel.options.reduceOptions, replaceVariables, timeZone: 'utc'});
}

function Stat({panel, frames, width, height}) {
  const {options} = panel;
  return <VizRepeater width={width} height={height} itemSpacing={3}
    orientation={options.orientation}
    getValues={() => displayed(panel, frames)} source={frames} renderCounter={0}
    autoGrid={true} renderValue={({value, width, height, count}) =>
      <BigValue theme={theme} width={width} height={height} value={value.display}
        count={count} colorMode={options.colorMode} graphMode="none"
        justifyMode={options.justifyMode} text={options.text}
        textMode={options.textMode === 'auto' && count === 1 ? 'value' : options.textMode}/>}/>;
}

function Bars({panel, frames, width, height}) {
  if (!frames.length) return <Nothing panel={panel}/>;
  return <VizRepeater width={width} height={height} itemSpacing={8}
    orientation={VizOrientation.Horizontal} minVizHeight={16} renderCounter={0}
    getAlignmentFactors={getDisplayValueAlignmentFactors}
    getValues={() => displayed(panel, frames)} source={frames}
    renderValue={({value, width, height, alignmentFactors}) =>
      <BarGauge theme={theme} width={width} height={height} field={value.field}
        value={value.display} display={value.view?.getFieldDisplayProcessor(value.colIndex)}
        orientation={VizOrientation.Horizontal} alignmentFactors={alignmentFactors}
        displayMode={panel.options.displayMode} namePlacement={panel.options.namePlacement}
        valueDisplayMode={panel.options.valueMode} showUnfilled={panel.options.showUnfilled}/>}/>;
}

function Series({panel, frames, width, height}) {
  if (!frames.length) return <Nothing panel={panel}/>;
  return <TimeSeries frames={frames} structureRev={1} timeRange={timeRange} timeZone="utc"
    width={width} height={height} legend={panel.options.legend} options={{}}
    replaceVariables={replaceVariables} dataLinkPostProcessor={() => undefined}
    eventBus={eventBus}>{(config) => { config.addHook('draw', annotate); }}</TimeSeries>;
}

// The stand-in for annotations: a dashed line at the time that each value is.
function annotate(plot) {
  const {ctx, bbox} = plot;
  for (const one of dashboard.annotations.list) {
    const times = new Set((answers[`annotation: ${one.name}`] ?? []).flatMap(
        ([, points]) => points.map((point) => point[1])));
    ctx.save();
    ctx.setLineDash([4, 4]);
    ctx.strokeStyle = theme.visualization.getColorByName(one.iconColor);
    for (const time of times) {
      if (time < begin * 1000) continue;
      const x = plot.valToPos(time, 'x', true);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }
}

function Rows({frames, panel, width, height}) {
  if (!frames.length || !frames[0].length) return <Nothing panel={panel}/>;
  return <Table data={frames[0]} width={width} height={height} columnMinWidth={50}
    cellHeight={panel.options.cellHeight} resizable={false}/>;
}

// The stand-in: a row for each series, a bar for each run of one state.
function Timeline({panel, frames, width, height}) {
  if (!frames.length) return <Nothing panel={panel}/>;
  const name = (frame) => getFieldDisplayName(frame.fields[1], frame, frames);
  const left = Math.min(260, 20 + 7 * Math.max(...frames.map((f) => name(f).length)));
  const at = (time) => left + (width - left - 8) * (time / 1000 - begin) / (end - begin);
  const runs = (frame) => {
    const [times, values] = frame.fields.map((field) => field.values), found = [];
    times.forEach((time, i) => {
      if (i === 0 || values[i] !== values[i - 1]) found.push({from: time, value: values[i]});
      found.at(-1).to = times[i + 1] ?? time;
    });
    return found;
  };
  const row = Math.min(80, (height - 50) / frames.length), bar = row * 0.8;
  const ticks = [...Array(7)].map((_, i) => begin + (end - begin) * i / 6);
  return <div style={{position: 'relative', fontSize: 12, height: '100%'}}>
    {frames.map((frame, number) => <div key={number}>
      <div style={{position: 'absolute', top: number * row, width: left - 10, textAlign: 'right',
        lineHeight: bar + 'px', color: theme.colors.text.primary}}>{name(frame)}</div>
      {runs(frame).map((run, i) => {
        const shown = frame.fields[1].display(run.value);
        return <div key={i} style={{position: 'absolute', top: number * row, height: bar,
          left: at(run.from), width: Math.max(1, at(run.to) - at(run.from)), overflow: 'hidden',
          background: shown.color, opacity: 0.85, color: '#000', lineHeight: bar + 'px',
          textIndent: 4}}>
          {at(run.to) - at(run.from) > 60 ? formattedValueToString(shown) : ''}</div>;
      })}</div>)}
    {ticks.map((tick, i) => <div key={i} style={{position: 'absolute', top: 4 + frames.length * row,
      left: Math.min(at(tick * 1000) - 24, width - 56), color: theme.colors.text.secondary}}>
      {dateTime(tick * 1000).utc().format('HH:mm:ss')}</div>)}
    <div style={{position: 'absolute', bottom: 0, right: 0, color: theme.colors.text.disabled}}>
      drawn by a stand-in</div>
  </div>;
}

const KINDS = {stat: Stat, bargauge: Bars, timeseries: Series, table: Rows,
               'state-timeline': Timeline};

function Panel({panel}) {
  const [frames, setFrames] = useState(null);
  useEffect(() => {
    const raw = framesOf(panel);
    const all = (panel.transformations ?? []).map((one) => ({...one}));
    const shown = transformDataFrame(all, raw, {interpolate: replaceVariables})
        .subscribe((done) => setFrames(withOverrides(panel, done)));
    return () => shown.unsubscribe();
  }, []);
  const {x, y, w, h} = panel.gridPos, column = (WIDTH - GAP) / 24;
  const Kind = KINDS[panel.type];
  return <div style={{position: 'absolute', left: GAP + x * column, top: HEAD + y * UNIT}}>
    <PanelChrome title={panel.title} width={w * column - GAP} height={h * UNIT - GAP}
      description={panel.description}>
      {(width, height) => frames === null ? null :
        <Kind panel={panel} frames={frames} width={width} height={height}/>}
    </PanelChrome></div>;
}

function Head() {
  const chip = {border: `1px solid ${theme.colors.border.medium}`, borderRadius: 2, padding: '4px 8px'};
  const value = (one) => one.type === 'datasource' ? 'Prometheus' : one.name === 'unit' ? 'bits/s'
    : !one.multi ? '10.10.82.0/24' : 'All';
  const clock = (time) => dateTime(time * 1000).utc().format('HH:mm:ss');
  return <div style={{padding: '12px 8px', color: theme.colors.text.primary}}>
    <div style={{display: 'flex', fontSize: 20, marginBottom: 10}}>
      <span style={{flexGrow: 1}}>{dashboard.title}</span>
      <span style={{fontSize: 13}}>{clock(begin)} to {clock(end)} UTC</span></div>
    <div style={{display: 'flex', gap: 8, fontSize: 12}}>
      {dashboard.templating.list.map((one) => <span key={one.name} style={chip}>
        <span style={{color: theme.colors.text.secondary}}>{one.label}</span>&nbsp; {value(one)}</span>)}
    </div></div>;
}

function Page() {
  return <ThemeContext.Provider value={theme}><GlobalStyles/>
    <div style={{position: 'absolute', inset: 0, background: theme.colors.background.canvas}}>
      <Head/>{dashboard.panels.map((panel) => <Panel key={panel.id} panel={panel}/>)}
    </div></ThemeContext.Provider>;
}

createRoot(document.getElementById('page')).render(<Page/>);
