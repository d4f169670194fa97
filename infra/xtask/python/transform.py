"""Makes of each SAM template what CloudFormation will see, offline.

    transform.py FOLDER TEMPLATE...

Writes NAME.json, the transformed template, and for checkers that do not understand conditions NAME.plain.json and
NAME.full.json: everything optional left out, and everything optional taken.
"""

import json
import sys
from pathlib import Path

from samcli.lib.translate.sam_template_validator import SamTemplateValidator
from samcli.yamlhelper import yaml_parse

REGION = "us-east-1"


class NoManagedPolicies:
    """AWS's own policies would be looked up by name in an account; the templates have none by name."""

    def load(self):
        return {}


def transformed(path):
    template = yaml_parse(path.read_text())
    validator = SamTemplateValidator(template, NoManagedPolicies(), region=REGION)
    template = yaml_parse(validator.get_translated_template_if_valid())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::CloudFormation::Stack":
            # The result for the nested template, so that a linter can look into it.
            nested = Path(resource["Properties"]["TemplateURL"]).stem
            resource["Properties"]["TemplateURL"] = f"{nested}.json"
    return template


def parameters(template, full):
    """A value for each parameter: as it comes, or so that whatever it can switch on is on."""
    values = {}
    for name, declaration in template.get("Parameters", {}).items():
        default = declaration.get("Default", "")
        if name == "Stage":
            values[name] = "prod" if full else "dev"
        elif full and str(default) in ("", "off", "0"):
            values[name] = {"off": "on", "0": "1000"}.get(str(default), "something")
        else:
            values[name] = default
    return values


class Variant:
    """A template under given parameters, without conditions."""

    def __init__(self, template, full):
        self.template = template
        self.values = parameters(template, full)

    def resolved(self):
        result = dict(self.template)
        conditions = result.pop("Conditions", {})
        self.conditions = conditions
        result.pop("Rules", None)
        for section in ("Resources", "Outputs"):
            kept = {
                name: self.without_ifs(entry)
                for name, entry in result.get(section, {}).items()
                if "Condition" not in entry or self.holds({"Condition": entry["Condition"]})
            }
            for entry in kept.values():
                entry.pop("Condition", None)
            if kept:
                result[section] = kept
        return result

    def holds(self, rule):
        (name, argument), = rule.items()
        if name == "Condition":
            return self.holds(self.conditions[argument])
        if name == "Fn::Equals":
            left, right = (self.text(side) for side in argument)
            return left == right
        if name == "Fn::Not":
            return not self.holds(argument[0])
        if name == "Fn::And":
            return all(self.holds(inner) for inner in argument)
        if name == "Fn::Or":
            return any(self.holds(inner) for inner in argument)
        raise SystemExit(f"the condition {name} is not understood")

    def text(self, side):
        return str(self.values[side["Ref"]]) if isinstance(side, dict) else str(side)

    def without_ifs(self, value):
        """The value with each Fn::If decided; None where AWS::NoValue was."""
        if isinstance(value, list):
            items = (self.without_ifs(item) for item in value)
            return [item for item in items if item is not None]
        if not isinstance(value, dict):
            return value
        if value == {"Ref": "AWS::NoValue"}:
            return None
        if "Fn::If" in value:
            condition, then, otherwise = value["Fn::If"]
            return self.without_ifs(then if self.holds({"Condition": condition}) else otherwise)
        fields = ((name, self.without_ifs(field)) for name, field in value.items())
        return {name: field for name, field in fields if field is not None}


def main(folder, templates):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for path in map(Path, templates):
        template = transformed(path)
        variants = {
            path.stem: template,
            f"{path.stem}.plain": Variant(template, full=False).resolved(),
            f"{path.stem}.full": Variant(template, full=True).resolved(),
        }
        for name, variant in variants.items():
            (folder / f"{name}.json").write_text(json.dumps(variant, indent=1, default=str) + "\n")


main(sys.argv[1], sys.argv[2:])
