/// The look of the page: one palette for light and one for dark, readable by the colour-blind (Okabe and Ito).
enum PageStyle {
    static let text = """
        :root { color-scheme: light dark; --ground: #fff; --panel: #f6f7f9; --ink: #1f2933; --faint: #5c6975; --grid: #d9dee4;
          --policy: #0072b2; --rule1: #e69f00; --rule2: #009e73; --rule3: #d55e00; --rule4: #cc79a7; --rule5: #7a6a00;
          --rule6: #6b7785; --calm: #009e73; --middle: #e6b800; --wild: #e69f00; --storm: #d55e00; --shade: .14; --stripe: #fff; }
        @media (prefers-color-scheme: dark) { :root { --ground: #14181d; --panel: #1d232a; --ink: #e6eaee; --faint: #98a4b0;
          --grid: #323b45; --policy: #56b4e9; --rule1: #f0b840; --rule2: #2fc79b; --rule3: #f0824a; --rule4: #dfa0c4; --rule5: #cdbf4a;
          --rule6: #8d99a6; --shade: .22; --stripe: #46515d; } }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        main { max-width: 1120px; margin: 0 auto; padding: 24px 20px 60px; }
        h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 36px 0 2px; }
        p { color: var(--faint); margin: 2px 0 10px; max-width: 90ch; } .warning { color: var(--storm); font-weight: 600; }
        svg { display: block; width: 100%; height: auto; } .swatch { display: inline-block; width: 22px; margin-right: 6px;
          vertical-align: middle; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(125px, 1fr)); gap: 10px; margin: 14px 0; }
        .tile { background: var(--panel); border-radius: 8px; padding: 10px 12px; } .tile b { display: block; font-size: 19px;
          font-variant-numeric: tabular-nums; } .tile span { color: var(--faint); font-size: 12.5px; }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; margin: 4px 0 6px; font-size: 13px; }
        .panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 10px 14px; }
        figure { margin: 0; } figcaption { font-weight: 600; font-size: 13px; padding-left: 4px; }
        .tick { font-size: 11px; fill: var(--faint); font-variant-numeric: tabular-nums; }
        line.grid { stroke: var(--grid); stroke-width: 1; } line.axis { stroke: var(--faint); }
        .line { fill: none; stroke-width: 1.3; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
        .policy { stroke: var(--policy); stroke-width: 2.2; } .weight { stroke: var(--policy); stroke-width: 1.5; }
        .rule1 { stroke: var(--rule1); } .rule2 { stroke: var(--rule2); } .rule3 { stroke: var(--rule3); }
        .rule4 { stroke: var(--rule4); } .rule5 { stroke: var(--rule5); } .rule6 { stroke: var(--rule6); }
        .fill { fill: var(--policy); fill-opacity: .16; } .band { fill: var(--stripe); fill-opacity: .62; }
        line.target { stroke: var(--ink); stroke-opacity: .55; stroke-dasharray: 5 4; }
        .regime0 { fill: var(--calm); } .regime1 { fill: var(--middle); } .regime2 { fill: var(--wild); }
        .regime3 { fill: var(--storm); } .regime0, .regime1, .regime2, .regime3 { fill-opacity: var(--shade); }
        .swatch .regime0, .swatch .regime1, .swatch .regime2, .swatch .regime3 { fill-opacity: .45; }
        .null { fill: var(--faint); fill-opacity: .45; } .control1 { fill: var(--rule3); } .control2 { fill: var(--rule2); }
        .policydot { fill: var(--policy); stroke: var(--ground); stroke-width: 1.5; }
        table { border-collapse: collapse; font-size: 13px; width: 100%; } th, td { text-align: left; padding: 4px 10px 4px 0;
          border-bottom: 1px solid var(--grid); vertical-align: top; } th { color: var(--faint); font-weight: 600; }
        .figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .scroll { overflow-x: auto; } .tall { max-height: 560px; overflow-y: auto; } .tall th { position: sticky; top: 0;
          background: var(--ground); } .tall td:first-child { white-space: nowrap; } summary { cursor: pointer; }
        """
}
